/**
 * A fingerprint of bytes for entity tags, 64 bits in hexadecimal: MurmurHash3 x86_32 (Austin Appleby,
 * github.com/aappleby/smhasher) under two seeds. Quick and not secret: whoever chooses the bytes can
 * make two that are alike, so nothing but a cache may depend on it.
 */
export function fingerprint(bytes: Uint8Array): string {
  return hexadecimal(murmur3(bytes, 0)) + hexadecimal(murmur3(bytes, 0x9e3779b9))
}

/** MurmurHash3 x86_32 as an unsigned number. */
export function murmur3(bytes: Uint8Array, seed: number): number {
  const blocks = bytes.length & ~3
  let hash = seed | 0
  for (let at = 0; at < blocks; at += 4) {
    hash ^= scrambled(littleEndian(bytes, at))
    hash = (hash << 13) | (hash >>> 19)
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0
  }
  if (blocks < bytes.length) hash ^= scrambled(littleEndian(bytes, blocks))
  return finished(hash ^ bytes.length)
}

/** Four bytes as a number; those beyond the end are 0. */
function littleEndian(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at + 3] ?? 0) << 24) | ((bytes[at + 2] ?? 0) << 16)
  return high | ((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0)
}

function scrambled(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51)
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593)
}

function finished(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

function hexadecimal(hash: number): string {
  return hash.toString(16).padStart(8, '0')
}

import { fromBase64, toBase64 } from '../../kernel/bytes.ts'

/** What an argon2id hash was made with. */
export interface Argon2Parameters {
  readonly memoryKib: number
  readonly iterations: number
  readonly parallelism: number
}

/** An argon2id hash in its parts. */
export interface Argon2Hash extends Argon2Parameters {
  readonly salt: Uint8Array
  readonly tag: Uint8Array
}

/** The largest values that are read back: a stored hash must not end the isolate (128 MB). */
const readable = { memoryKib: 65_536, iterations: 10, parallelism: 16 }

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,5}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

const encodeBase64 = (bytes: Uint8Array): string => toBase64(bytes).replace(/=+$/, '')

/** Writes a hash as a PHC string, argon2 version 1.3 (`v=19`), base64 without padding. */
export function formatPhc(hash: Argon2Hash): string {
  const parameters = `m=${hash.memoryKib},t=${hash.iterations},p=${hash.parallelism}`
  return `$argon2id$v=19$${parameters}$${encodeBase64(hash.salt)}$${encodeBase64(hash.tag)}`
}

/**
 * Reads a PHC string of argon2id version 1.3 with m <= 64 MiB, t <= 10, p <= 16, a salt of 8..64
 * bytes and a tag of 16..64 bytes; undefined for anything else.
 */
export function parsePhc(phc: string): Argon2Hash | undefined {
  const [, m, t, p, saltText = '', tagText = ''] = PHC.exec(phc) ?? []
  const [memoryKib, iterations, parallelism] = [Number(m), Number(t), Number(p)]
  const salt = fromBase64(saltText)
  const tag = fromBase64(tagText)
  const isReadable =
    memoryKib >= 8 * parallelism &&
    memoryKib <= readable.memoryKib &&
    iterations >= 1 &&
    iterations <= readable.iterations &&
    parallelism >= 1 &&
    parallelism <= readable.parallelism
  return isReadable && salt && tag ? { memoryKib, iterations, parallelism, salt, tag } : undefined
}

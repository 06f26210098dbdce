import { BrokenImageError, type Cut, MAX_FRONT, type Piece, type SeeExif } from './cut.ts'
import { readOrientation, writeOrientation } from './exif.ts'

/** Chunks that change how the picture looks (PNG, third edition, §11). */
const KEPT = new Set(
  (
    'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV mDCv cLLI cLLi bKGD hIST pHYs ' +
    'sPLT acTL fcTL fdAT'
  ).split(' '),
)

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** CRC-32 as chunks have it (PNG, third edition, §5.5); for a few bytes. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}

/** A chunk `eXIf` that says the orientation alone; undefined when it says none, or the default. */
function plainExif(tiff: Uint8Array): Uint8Array | undefined {
  const orientation = readOrientation(tiff)
  if (orientation === undefined || orientation === 1) return undefined
  const content = writeOrientation(orientation)
  const chunk = new Uint8Array(12 + content.length)
  const view = new DataView(chunk.buffer)
  view.setUint32(0, content.length)
  chunk.set(new TextEncoder().encode('eXIf'), 4)
  chunk.set(content, 8)
  view.setUint32(8 + content.length, crc32(chunk.subarray(4, 8 + content.length)))
  return chunk
}

/** PNG: keeps the chunks of the picture and of its colours. */
export function cutPng(see: SeeExif): Cut {
  let place: 'start' | 'header' | 'chunks' | 'end' = 'start'
  let [hasPixels, hasOrientation] = [false, false]

  function chunk(front: Uint8Array): Piece | number {
    if (front.length < 8) return 8
    const size = new DataView(front.buffer, front.byteOffset, 8).getUint32(0)
    const type = String.fromCharCode(...front.subarray(4, 8))
    if (!/^[A-Za-z]{4}$/.test(type)) {
      throw new BrokenImageError('a chunk has no name')
    }
    if ((type === 'IHDR') !== (place === 'header') || (type === 'IHDR' && size !== 13)) {
      throw new BrokenImageError('the header is out of place')
    }
    place = 'chunks'
    const length = 12 + size
    if (type === 'IDAT') hasPixels = true
    if (type === 'IEND') {
      if (!hasPixels || size > 0) throw new BrokenImageError('there is no picture')
      place = 'end'
    }
    if (KEPT.has(type)) return { length, fate: 'keep' }
    const drop: Piece = { length, fate: 'drop' }
    if (type !== 'eXIf' || hasOrientation || length > MAX_FRONT) return drop
    if (front.length < length) return length
    see(front.subarray(8, 8 + size))
    const write = plainExif(front.subarray(8, 8 + size))
    hasOrientation = write !== undefined
    return write ? { ...drop, write } : drop
  }

  return (front) => {
    if (place === 'end') return { length: Infinity, fate: 'drop' }
    if (place !== 'start') return chunk(front)
    if (front.length < SIGNATURE.length) return SIGNATURE.length
    if (!SIGNATURE.every((byte, index) => front[index] === byte)) {
      throw new BrokenImageError('this is no PNG')
    }
    place = 'header'
    return { length: SIGNATURE.length, fate: 'keep' }
  }
}

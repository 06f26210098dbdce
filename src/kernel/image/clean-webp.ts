import { BrokenImageError, type Cut, MAX_FRONT, type Piece, type SeeExif } from './cut.ts'
import { readOrientation, writeOrientation } from './exif.ts'

/** Chunks of the picture and of its colours (RFC 9649 §2). */
const KEPT = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])
const PICTURES = new Set(['VP8 ', 'VP8L', 'ANMF'])
const XMP_FLAG = 0x04

const nameOf = (front: Uint8Array, at: number): string =>
  String.fromCharCode(...front.subarray(at, at + 4))

/** A chunk’s head and the beginning of its content. */
function chunkHead(name: string, size: number, content: Uint8Array = new Uint8Array()): Uint8Array {
  const head = new Uint8Array(8 + content.length)
  head.set(new TextEncoder().encode(name))
  new DataView(head.buffer).setUint32(4, size, true)
  head.set(content, 8)
  return head
}

/** The header of an extended file that says of no XMP. */
function withoutXmp(header: Uint8Array): Uint8Array {
  header[8] = (header[8] ?? 0) & ~XMP_FLAG
  return header
}

/**
 * WebP: keeps the chunks of the picture and of its colours, and makes zeros of the others, because the
 * length of the whole stands at the beginning. EXIF is left with the orientation alone.
 */
export function cutWebp(see: SeeExif): Cut {
  let [isStarted, hasPicture] = [false, false]
  /** Bytes of the file that are still to come, and of a chunk that is to be zeros. */
  let [left, blank] = [0, 0]

  function start(front: Uint8Array): Piece | number {
    if (front.length < 12) return 12
    const size = new DataView(front.buffer, front.byteOffset, 12).getUint32(4, true)
    if (nameOf(front, 0) !== 'RIFF' || nameOf(front, 8) !== 'WEBP' || size % 2 || size < 12) {
      throw new BrokenImageError('this is no WebP')
    }
    isStarted = true
    left = size - 4
    return { length: 12, fate: 'keep' }
  }

  /** Replaces the beginning of a chunk; the rest becomes zeros. */
  function blanked(length: number, write: Uint8Array): Piece {
    blank = length - write.length
    return { length: write.length, fate: 'drop', write }
  }

  function chunk(front: Uint8Array): Piece | number {
    if (front.length < 8) return 8
    const size = new DataView(front.buffer, front.byteOffset, 8).getUint32(4, true)
    const [name, length] = [nameOf(front, 0), 8 + size + (size % 2)]
    const isExtended = name === 'VP8X'
    if (length > left || (isExtended && size !== 10)) {
      throw new BrokenImageError('a chunk is of another length')
    }
    const isExif = name === 'EXIF' && length <= MAX_FRONT
    const seen = isExtended || isExif ? length : 8
    if (front.length < seen) return seen
    left -= length
    if (PICTURES.has(name)) hasPicture = true
    if (isExtended) return { length, fate: 'drop', write: withoutXmp(front.slice(0, length)) }
    if (KEPT.has(name)) return { length, fate: 'keep' }
    if (!isExif || size < 26) return blanked(length, chunkHead(isExif ? name : 'JUNK', size))
    const exif = front.subarray(8, 8 + size)
    see(exif)
    const orientation = readOrientation(exif) ?? 1
    return blanked(length, chunkHead(name, size, writeOrientation(orientation)))
  }

  return (front) => {
    if (!isStarted) return start(front)
    if (blank > 0) {
      const piece: Piece = { length: blank, fate: 'blank' }
      blank = 0
      return piece
    }
    if (left > 0) return chunk(front)
    if (!hasPicture) throw new BrokenImageError('there is no picture')
    return { length: Infinity, fate: 'drop' }
  }
}

import { BrokenImageError, type Cut, type Piece, type SeeExif } from './cut.ts'
import { readOrientation, writeOrientation } from './exif.ts'

const SOI = 0xd8
const EOI = 0xd9
const SOS = 0xda
const [APP0, APP1, APP2, APP14, APP15] = [0xe0, 0xe1, 0xe2, 0xee, 0xef] as const

const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** Markers of what a decoder needs (ITU-T T.81 table B.1): frames, tables, scans. */
const isNeeded = (marker: number): boolean => marker >= 0xc0 && marker <= 0xdf && marker !== 0xc8

function startsWith(segment: Uint8Array, name: string): boolean {
  return String.fromCharCode(...segment.subarray(4, 4 + name.length)) === name
}

/** Where the next marker begins that ends the pixels of a scan: not a zero and not a restart. */
function endOfScan(front: Uint8Array): number {
  for (let at = front.indexOf(0xff); at !== -1; at = front.indexOf(0xff, at + 1)) {
    const next = front[at + 1]
    if (next === undefined) return at
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at
  }
  return front.length
}

/** EXIF that says the orientation alone; undefined when it says none, or what is the default. */
function plainExif(segment: Uint8Array): Uint8Array | undefined {
  const orientation = readOrientation(segment.subarray(4))
  if (orientation === undefined || orientation === 1) return undefined
  const tiff = writeOrientation(orientation)
  const head = [0xff, APP1, 0, tiff.length + 8, ...new TextEncoder().encode('Exif\0\0')]
  return Uint8Array.from([...head, ...tiff])
}

/** What becomes of a segment of an application, of which the whole is at hand or its first bytes. */
function ofApplication(
  marker: number,
  length: number,
  front: Uint8Array,
  see: SeeExif,
): Piece | number {
  const drop: Piece = { length, fate: 'drop' }
  const seen = Math.min(length, 16)
  if (front.length < seen) return seen
  if (marker === APP2) return startsWith(front, 'ICC_PROFILE\0') ? { length, fate: 'keep' } : drop
  if (marker === APP14) return startsWith(front, 'Adobe') ? { length, fate: 'keep' } : drop
  // A longer one has a thumbnail.
  if (marker === APP0 && length === 18 && startsWith(front, 'JFIF\0'))
    return { length, fate: 'keep' }
  if (marker !== APP1 || !startsWith(front, 'Exif\0\0')) return drop
  if (front.length < length) return length
  see(front.subarray(4, length))
  const write = plainExif(front.subarray(0, length))
  return write ? { ...drop, write } : drop
}

/** Bytes of a segment, its marker included. */
function lengthOf(front: Uint8Array): number {
  const length = 2 + (front[2] ?? 0) * 256 + (front[3] ?? 0)
  if (length < 4) throw new BrokenImageError('a part is too short')
  return length
}

/** JPEG: keeps frames, tables, scans, a colour profile and Adobe’s note of the colour model. */
export function cutJpeg(see: SeeExif): Cut {
  let place: 'start' | 'segments' | 'scan' | 'end' = 'start'
  let [hasFrame, hasScan, hasOrientation] = [false, false, false]

  function segment(front: Uint8Array): Piece | number {
    const [first = 0, marker] = front
    if (first !== 0xff) throw new BrokenImageError('a marker is missing')
    if (marker === undefined) return 2
    if (marker === 0xff) return { length: 1, fate: 'drop' }
    if (marker === EOI) {
      if (!hasScan) throw new BrokenImageError('there is no picture')
      place = 'end'
      return { length: 2, fate: 'keep' }
    }
    if (marker < 0xc0 || marker === SOI || (marker >= 0xd0 && marker <= 0xd7)) {
      throw new BrokenImageError('a marker is out of place')
    }
    if (front.length < 4) return 4
    return ofSegment(marker, lengthOf(front), front)
  }

  function ofSegment(marker: number, length: number, front: Uint8Array): Piece | number {
    if (marker === SOS) {
      if (!hasFrame) throw new BrokenImageError('there is no frame')
      hasScan = true
      place = 'scan'
    }
    if (isFrame(marker)) hasFrame = true
    if (isNeeded(marker)) return { length, fate: 'keep' }
    if (marker > APP15) return { length, fate: 'drop' }
    const piece = ofApplication(marker, length, front, see)
    if (marker !== APP1 || typeof piece === 'number' || !piece.write) return piece
    if (hasOrientation) return { length, fate: 'drop' }
    hasOrientation = true
    return piece
  }

  return (front) => {
    if (place === 'end') return { length: Infinity, fate: 'drop' }
    if (place === 'start') {
      if (front.length < 2) return 2
      if (front[0] !== 0xff || front[1] !== SOI) throw new BrokenImageError('this is no JPEG')
      place = 'segments'
      return { length: 2, fate: 'keep' }
    }
    if (place === 'segments') return segment(front)
    const length = endOfScan(front)
    if (length > 0) return { length, fate: 'keep' }
    if (front.length < 2) return 2
    place = 'segments'
    return segment(front)
  }
}

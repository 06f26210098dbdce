/** How a picture is turned before it is shown: 1 to 8 of EXIF 2.32 §4.6.4, 1 for not at all. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

const TAG = 0x0112
const SHORT = 3

/** Bytes of a TIFF that says nothing but an orientation. */
const TIFF_BYTES = 26

const ORIENTATIONS: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8]

/**
 * The orientation that EXIF tells: a TIFF, before which JPEG has six bytes `Exif`, and so has many a
 * WebP. Undefined when there is none or the bytes are something else.
 */
export function readOrientation(exif: Uint8Array): Orientation | undefined {
  const tiff = exif[0] === 0x45 ? exif.subarray(6) : exif
  if (tiff.length < TIFF_BYTES) return undefined
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  const order = view.getUint32(0)
  if (order !== 0x49492a00 && order !== 0x4d4d002a) return undefined
  const isLittle = order === 0x49492a00
  const directory = view.getUint32(4, isLittle)
  if (directory + 2 > tiff.length) return undefined
  const first = directory + 2
  const told = view.getUint16(directory, isLittle)
  const entries = Math.min(told, Math.floor((tiff.length - first) / 12))
  for (let at = first; at < first + entries * 12; at += 12) {
    if (view.getUint16(at, isLittle) !== TAG) continue
    const isShort = view.getUint16(at + 2, isLittle) === SHORT
    return isShort ? ORIENTATIONS[view.getUint16(at + 8, isLittle) - 1] : undefined
  }
  return undefined
}

/** A TIFF of 26 bytes that says an orientation and nothing else. */
export function writeOrientation(orientation: Orientation): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(TIFF_BYTES))
  view.setUint32(0, 0x4d4d002a)
  view.setUint32(4, 8)
  view.setUint16(8, 1)
  view.setUint16(10, TAG)
  view.setUint16(12, SHORT)
  view.setUint32(14, 1)
  view.setUint16(18, orientation)
  return new Uint8Array(view.buffer)
}

/** The orientation of HEIF’s `irot` (quarter turns to the left) and then `imir` (its axis, if any). */
export function orientationOfTurns(quarters: number, axis: number | undefined): Orientation {
  const [plain, topBottom, leftRight] = TURNS[quarters & 3] ?? TURNS[0]
  if (axis === undefined) return plain
  return axis === 0 ? topBottom : leftRight
}

const TURNS: readonly [Turn, Turn, Turn, Turn] = [
  [1, 4, 2],
  [8, 5, 7],
  [3, 2, 4],
  [6, 7, 5],
]

type Turn = readonly [Orientation, Orientation, Orientation]

/** How a picture is turned before it is shown: 1 to 8 of EXIF 2.32 §4.6.4, 1 for not at all. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** Tags of EXIF 2.32 §4.6; the directory of the camera hangs at `CAMERA`. */
const [ORIENTATION, MAKE, MODEL, CAMERA, TAKEN] = [0x0112, 0x010f, 0x0110, 0x8769, 0x9003]
const [ASCII, SHORT] = [2, 3]

/** Bytes of a TIFF that says nothing but an orientation. */
const TIFF_BYTES = 26

/** Characters of a camera’s name that are kept. */
const NAME = 100

const ORIENTATIONS: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8]

/** What EXIF tells of how a picture was taken. The place is never read. */
export interface ExifNotes {
  /** By the camera’s clock, of which nobody knows the zone: `2026-11-22T10:30:00`. */
  readonly takenAt: string | null
  readonly cameraMake: string | null
  readonly cameraModel: string | null
}

/** Of a picture that tells nothing. */
export const noNotes: ExifNotes = { takenAt: null, cameraMake: null, cameraModel: null }

/** Where the value of an entry is, by its tag. */
type Directory = ReadonlyMap<number, { readonly type: number; readonly at: number }>

/** A TIFF; undefined when the bytes are something else. */
function openTiff(exif: Uint8Array) {
  const tiff = exif[0] === 0x45 ? exif.subarray(6) : exif
  if (tiff.length < TIFF_BYTES) return undefined
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  const order = view.getUint32(0)
  if (order !== 0x49492a00 && order !== 0x4d4d002a) return undefined
  const isLittle = order === 0x49492a00

  function directoryAt(offset: number): Directory {
    const entries = new Map<number, { type: number; at: number }>()
    if (offset + 2 > tiff.length) return entries
    const first = offset + 2
    const told = view.getUint16(offset, isLittle)
    const count = Math.min(told, Math.floor((tiff.length - first) / 12))
    for (let at = first; at < first + count * 12; at += 12) {
      const tag = view.getUint16(at, isLittle)
      if (!entries.has(tag)) entries.set(tag, { type: view.getUint16(at + 2, isLittle), at })
    }
    return entries
  }

  return {
    directoryAt,
    first: directoryAt(view.getUint32(4, isLittle)),
    short: (at: number) => view.getUint16(at + 8, isLittle),
    long: (at: number) => view.getUint32(at + 8, isLittle),
    text(directory: Directory, tag: number): string | null {
      const entry = directory.get(tag)
      if (entry?.type !== ASCII) return null
      const length = view.getUint32(entry.at + 4, isLittle)
      const from = length > 4 ? view.getUint32(entry.at + 8, isLittle) : entry.at + 8
      const [text = ''] = new TextDecoder()
        .decode(tiff.subarray(from, from + Math.min(length, NAME)))
        .split('\0')
      return text.replaceAll(/[\p{C}\uFFFD]/gu, '').trim() || null
    },
  }
}

/**
 * The orientation that EXIF tells: a TIFF, before which JPEG has six bytes `Exif`, and so has many a
 * WebP. Undefined when there is none or the bytes are something else.
 */
export function readOrientation(exif: Uint8Array): Orientation | undefined {
  const tiff = openTiff(exif)
  const entry = tiff?.first.get(ORIENTATION)
  return entry?.type === SHORT ? ORIENTATIONS[(tiff?.short(entry.at) ?? 0) - 1] : undefined
}

/** When and by which camera a picture was taken, as far as its EXIF tells. */
export function readNotes(exif: Uint8Array): ExifNotes {
  const tiff = openTiff(exif)
  if (!tiff) return noNotes
  const camera = tiff.first.get(CAMERA)
  const taken = camera && tiff.text(tiff.directoryAt(tiff.long(camera.at)), TAKEN)
  const takenAt = (taken ?? '').replace(/^(\d{4}):(\d\d):(\d\d) /, '$1-$2-$3T')
  return {
    takenAt: /^[\d:T-]{19}$/.test(takenAt) && Date.parse(`${takenAt}Z`) > 0 ? takenAt : null,
    cameraMake: tiff.text(tiff.first, MAKE),
    cameraModel: tiff.text(tiff.first, MODEL),
  }
}

/** A TIFF of 26 bytes that says an orientation and nothing else. */
export function writeOrientation(orientation: Orientation): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(TIFF_BYTES))
  view.setUint32(0, 0x4d4d002a)
  view.setUint32(4, 8)
  view.setUint16(8, 1)
  view.setUint16(10, ORIENTATION)
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

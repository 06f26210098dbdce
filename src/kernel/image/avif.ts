import { orientationOfTurns } from './exif.ts'

/** Four characters of a box’s name as their number. */
const [META, ISPE, IROT, IMIR, AUXC, AVIS] = [
  0x6d657461, 0x69737065, 0x69726f74, 0x696d6972, 0x61757843, 0x61766973,
]

/** Where the box `meta` begins and ends, behind boxes that may be large. */
function metaOf(view: DataView): readonly [start: number, end: number] | undefined {
  for (let at = 0; at + 8 <= view.byteLength;) {
    const size = view.getUint32(at)
    if (size < 8) return undefined
    if (view.getUint32(at + 4) === META) return [at + 8, Math.min(at + size, view.byteLength)]
    at += size
  }
  return undefined
}

/**
 * Size and turns of the largest picture that the file describes (ISO/IEC 23008-12 §6.5): that is the
 * primary one, while the others are its tiles, its thumbnail and how opaque it is. Undefined when it
 * describes none.
 */
export function avifFacts(view: DataView) {
  const meta = metaOf(view)
  if (!meta) return undefined
  let [width, height, quarters, hasAlpha] = [0, 0, 0, false]
  let axis: number | undefined
  const [start, end] = meta
  for (let at = start; at + 16 <= end; at++) {
    const name = view.getUint32(at)
    if (name === AUXC) hasAlpha = true
    if (name === IROT) quarters = view.getUint8(at + 4)
    if (name === IMIR) axis = view.getUint8(at + 4) & 1
    if (name !== ISPE || view.getUint32(at + 8) * view.getUint32(at + 12) < width * height) continue
    width = view.getUint32(at + 8)
    height = view.getUint32(at + 12)
  }
  const orientation = orientationOfTurns(quarters, axis)
  return { width, height, orientation, hasAlpha, isAnimated: view.getUint32(8) === AVIS }
}

/**
 * Whether the beginning of a file lists an item of EXIF or XMP (ISO/IEC 23008-12 Annex A; `infe` of
 * versions 2 and 3, ISO/IEC 14496-12 §8.11.6).
 */
export function hasAvifNotes(head: Uint8Array): boolean {
  return /infe[^]{8,10}(?:Exif|mime)/.test(new TextDecoder('latin1').decode(head))
}

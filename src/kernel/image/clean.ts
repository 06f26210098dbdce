import { joinBytes } from '../bytes.ts'
import { cutJpeg } from './clean-jpeg.ts'
import { cutPng } from './clean-png.ts'
import { cutWebp } from './clean-webp.ts'
import { BrokenImageError, type Cut, type SeeExif, createCutter } from './cut.ts'
import type { ImageType } from './facts.ts'

const CUTS: Partial<Record<ImageType, (see: SeeExif) => Cut>> = {
  'image/jpeg': cutJpeg,
  'image/png': cutPng,
  'image/webp': cutWebp,
}

const unseen: SeeExif = () => undefined

/** Whether images of the type can be cleaned; GIF and AVIF cannot. */
export function isCleanable(type: ImageType): boolean {
  return CUTS[type] !== undefined
}

/**
 * The image without what it tells beside its picture: EXIF, XMP, IPTC, comments, thumbnails, parts of
 * unknown names, and whatever hangs behind its end. The pixels, the colour profile and the orientation
 * stay as they are, bit by bit. Undefined for a type that cannot be cleaned.
 * @throws {BrokenImageError} for an image that is cut off or that is not made as its format says
 */
export function cleanImage(bytes: Uint8Array, type: ImageType): Uint8Array | undefined {
  const cut = CUTS[type]
  if (!cut) return undefined
  const clean = new Uint8Array(bytes.length)
  let length = 0
  const cutter = createCutter(cut(unseen), (part) => {
    if (length + part.length > clean.length) throw new BrokenImageError('a part is too short')
    clean.set(part, length)
    length += part.length
  })
  cutter.push(bytes)
  cutter.end()
  return clean.subarray(0, length)
}

/**
 * `cleanImage` for a stream, in 64 KiB and a chunk of memory. What comes out is no longer than what
 * goes in, and of WebP exactly as long: its size stands at its beginning, so parts become zeros there.
 * `see` is told the EXIF. The stream fails with `BrokenImageError`. Undefined for a type that cannot be cleaned.
 */
export function imageCleaner(
  type: ImageType,
  see: SeeExif = unseen,
): TransformStream<Uint8Array, Uint8Array> | undefined {
  const cut = CUTS[type]
  if (!cut) return undefined
  let parts: Uint8Array[] = []
  const cutter = createCutter(cut(see), (part) => void parts.push(part))
  return new TransformStream({
    transform(chunk, controller) {
      cutter.push(chunk)
      // One by one, a file of a million parts would keep the isolate busy for long.
      const [only] = parts
      if (only) controller.enqueue(parts.length === 1 ? only : joinBytes(parts))
      parts = []
    },
    flush: () => cutter.end(),
  })
}

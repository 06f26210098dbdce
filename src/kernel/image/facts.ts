import { avifFacts } from './avif.ts'
import { type Orientation, readOrientation } from './exif.ts'

/** The pictures of pixels that browsers show. */
export type ImageType = 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp' | 'image/avif'

/** What the first bytes of an image tell. */
export interface ImageFacts {
  readonly type: ImageType
  /** Pixels as they are stored, at least 1; `orientation` may turn them. */
  readonly width: number
  readonly height: number
  readonly orientation: Orientation
  /** Whether some of it may be transparent. */
  readonly hasAlpha: boolean
  /** Whether it says that it holds more than one picture. */
  readonly isAnimated: boolean
}

/** What each format tells beside its type. */
export type Measured = Omit<ImageFacts, 'type'>

const READERS: Readonly<Record<ImageType, (view: DataView) => Measured | undefined>> = {
  'image/jpeg': jpegFacts,
  'image/png': pngFacts,
  'image/gif': gifFacts,
  'image/webp': webpFacts,
  'image/avif': avifFacts,
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Four characters of a header as their number. */
const code = (name: string): number =>
  new DataView(new TextEncoder().encode(name).buffer).getUint32(0)

const [RIFF, WEBP, FTYP, AVIF, AVIS] = ['RIFF', 'WEBP', 'ftyp', 'avif', 'avis'].map(code)
const [ACTL, EXIF, IDAT, IHDR, TRNS] = ['acTL', 'eXIf', 'IDAT', 'IHDR', 'tRNS'].map(code)
const [VP8, VP8L, VP8X, WEBP_EXIF] = ['VP8 ', 'VP8L', 'VP8X', 'EXIF'].map(code)

/** Whether a media type is one of pictures of pixels. */
export function isImageType(type: string): type is ImageType {
  return Object.hasOwn(READERS, type)
}

/** The type that the first 12 bytes tell; a name or a header is never asked. */
export function imageType(head: Uint8Array): ImageType | undefined {
  if (head.length < 12) return undefined
  const view = viewOf(head)
  const [first, second, third] = [view.getUint32(0), view.getUint32(4), view.getUint32(8)]
  if (first >>> 8 === 0xffd8ff) return 'image/jpeg'
  if (first === 0x89504e47 && second === 0x0d0a1a0a) return 'image/png'
  if (first === 0x47494638 && /^[79]a$/.test(String.fromCharCode(...head.subarray(4, 6)))) {
    return 'image/gif'
  }
  if (first === RIFF && third === WEBP) return 'image/webp'
  return second === FTYP && (third === AVIF || third === AVIS) ? 'image/avif' : undefined
}

/**
 * Type, size and orientation of an image, from its beginning: 64 KiB are enough for nearly every
 * file, and for every one that has been cleaned of all but a usual colour profile. Undefined for what
 * is no image, is cut off before its size or lies about its parts. Reads each byte a few times at
 * most and decodes nothing.
 */
export function imageFacts(head: Uint8Array): ImageFacts | undefined {
  const type = imageType(head)
  if (!type) return undefined
  try {
    const measured = READERS[type](viewOf(head))
    if (!measured || measured.width < 1 || measured.height < 1) return undefined
    return { type, ...measured }
  } catch (error) {
    // A length that leads out of the bytes.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The size at which an image is shown, after it has been turned. */
export function shownSize({ width, height, orientation }: ImageFacts): {
  readonly width: number
  readonly height: number
} {
  return orientation > 4 ? { width: height, height: width } : { width, height }
}

function part(view: DataView, offset: number, length: number): Uint8Array {
  const there = Math.max(0, Math.min(length, view.byteLength - offset))
  return new Uint8Array(view.buffer, view.byteOffset + Math.min(offset, view.byteLength), there)
}

/** ITU-T T.81 §B.2.2: the size is in the frame header. */
function jpegFacts(view: DataView): Measured | undefined {
  let orientation: Orientation | undefined
  for (let at = 2; ;) {
    if (view.getUint8(at) !== 0xff) return undefined
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at += 1
      continue
    }
    const length = view.getUint16(at + 2)
    if (length < 2 || marker === 0xda || marker < 0xc0) return undefined
    if (marker < 0xd0 && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)]
      return { width, height, orientation: orientation ?? 1, hasAlpha: false, isAnimated: false }
    }
    if (marker === 0xe1 && view.getUint32(at + 4) === 0x45786966) {
      orientation ??= readOrientation(part(view, at + 4, length - 2))
    }
    at += 2 + length
  }
}

/** PNG §11.2.1, and the chunks before the pixels. */
function pngFacts(view: DataView): Measured | undefined {
  if (view.getUint32(8) !== 13 || view.getUint32(12) !== IHDR) return undefined
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  if (width > 0x7fffffff || height > 0x7fffffff) return undefined
  let hasAlpha = (view.getUint8(25) & 4) !== 0
  let isAnimated = false
  let orientation: Orientation = 1
  for (let at = 33; at + 8 <= view.byteLength;) {
    const [length, type] = [view.getUint32(at), view.getUint32(at + 4)]
    if (type === IDAT) break
    if (type === TRNS) hasAlpha = true
    if (type === ACTL) isAnimated = true
    if (type === EXIF) orientation = readOrientation(part(view, at + 8, length)) ?? orientation
    at += 12 + length
  }
  return { width, height, orientation, hasAlpha, isAnimated }
}

/** The logical screen; an animation is one that says how often it plays. */
function gifFacts(view: DataView): Measured {
  const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)]
  const loops = new TextDecoder('latin1').decode(part(view, 13, view.byteLength))
  const isAnimated = loops.includes('NETSCAPE2.0') || loops.includes('ANIMEXTS1.0')
  return { width, height, orientation: 1, hasAlpha: true, isAnimated }
}

/** RFC 9649 §2.5 to 2.7. */
function webpFacts(view: DataView): Measured | undefined {
  const [type, rest] = [view.getUint32(12), { orientation: 1, isAnimated: false } as const]
  if (type === VP8) {
    if ((view.getUint32(22) & 0xffffff) !== 0x9d012a) return undefined
    const [width, height] = [view.getUint16(26, true), view.getUint16(28, true)]
    return { ...rest, width: width & 0x3fff, height: height & 0x3fff, hasAlpha: false }
  }
  if (type === VP8L) {
    if (view.getUint8(20) !== 0x2f) return undefined
    const bits = view.getUint32(21, true)
    const [width, height] = [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1]
    return { ...rest, width, height, hasAlpha: (bits & 0x10000000) !== 0 }
  }
  return type === VP8X ? extendedWebpFacts(view) : undefined
}

function extendedWebpFacts(view: DataView): Measured {
  const flags = view.getUint8(20)
  const width = (view.getUint32(23, true) >>> 8) + 1
  const height = (view.getUint32(26, true) >>> 8) + 1
  let orientation: Orientation = 1
  for (let at = 12; at + 8 <= view.byteLength;) {
    const [type, length] = [view.getUint32(at), view.getUint32(at + 4, true)]
    if (type === WEBP_EXIF) orientation = readOrientation(part(view, at + 8, length)) ?? orientation
    at += 8 + length + (length & 1)
  }
  return {
    width,
    height,
    orientation,
    hasAlpha: (flags & 0x10) !== 0,
    isAnimated: (flags & 0x02) !== 0,
  }
}

import { joinBytes } from '../../src/kernel/bytes.ts'
import { images } from './images.ts'

const utf8 = new TextEncoder()

/** Bytes of texts, numbers and other bytes behind one another. */
export function join(...parts: readonly (string | Uint8Array | readonly number[])[]): Uint8Array {
  return joinBytes(
    parts.map((part) => (typeof part === 'string' ? utf8.encode(part) : Uint8Array.from(part))),
  )
}

const u32 = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255)
const littleU32 = (value: number): number[] => u32(value).toReversed()

/** A PNG chunk; nobody here looks at its checksum. */
export const pngChunk = (type: string, content: Uint8Array | string = '', length?: number) => {
  const bytes = join(content)
  return join(u32(length ?? bytes.length), type, bytes, [0, 0, 0, 0])
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const header = (width: number, height: number) =>
  pngChunk('IHDR', join(u32(width), u32(height), [8, 6, 0, 0, 0]))

/** A JPEG segment with a length that may lie. */
export const jpegSegment = (marker: number, content: Uint8Array | string, length?: number) => {
  const bytes = join(content)
  const told = length ?? bytes.length + 2
  return join([0xff, marker, told >> 8, told & 255], bytes)
}

const frame = (width: number, height: number) =>
  jpegSegment(0xc0, join([8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]))
const scan = join(jpegSegment(0xda, Uint8Array.of(1, 1, 0, 0, 63, 0)), [1, 2, 3])

const riff = (chunks: Uint8Array, size = chunks.length + 4) =>
  join('RIFF', littleU32(size), 'WEBP', chunks)
const riffChunk = (name: string, content: Uint8Array, size = content.length) =>
  join(name, littleU32(size), content, size % 2 ? [0] : [])

const script = '<script>alert(1)</script>'
const many = (bytes: Uint8Array, count: number) =>
  join(...Array.from({ length: count }, () => bytes))
const repeat = (bytes: Uint8Array, from: number, count: number) =>
  join(bytes.subarray(0, from), many(pngChunk('tEXt'), count), bytes.subarray(from))

/** Files that call themselves images and are none, or not whole: every one is to be refused. */
export const brokenImages: Readonly<Record<string, Uint8Array>> = {
  'nothing at all': join(),
  'a page of HTML': join(`<!doctype html><html>${script}</html>`),
  'a program for Windows': join('MZ', many(Uint8Array.of(0), 62), 'PE'),
  'an archive': join('PK', [3, 4], many(Uint8Array.of(0), 60)),
  'a PDF': join('%PDF-1.7\n', '1 0 obj'),
  'the first bytes of a JPEG and nothing else': join([0xff, 0xd8, 0xff, 0xe0], 'no picture'),
  'a JPEG without its end': images.jpeg.slice(0, -2),
  'a JPEG that breaks off in a table': images.jpeg.slice(0, 60),
  'a JPEG without a frame': join([0xff, 0xd8], scan, [0xff, 0xd9]),
  'a JPEG without a scan': join([0xff, 0xd8], frame(8, 8), [0xff, 0xd9]),
  'a JPEG with a part of no length': join([0xff, 0xd8], jpegSegment(0xe1, '', 0), images.jpeg),
  'a JPEG with a part longer than itself': join([0xff, 0xd8], jpegSegment(0xe1, 'x', 65_535)),
  'a JPEG of endless fill bytes': join([0xff, 0xd8], many(Uint8Array.of(0xff), 5_000)),
  'a JPEG with text between its parts': join([0xff, 0xd8], script, images.jpeg.slice(2)),
  'a PNG without its end': images.halfPng.slice(0, -12),
  'a PNG that breaks off in its pixels': images.halfPng.slice(0, 100),
  'a PNG without pixels': join(PNG, header(8, 8), pngChunk('IEND')),
  'a PNG that begins with another chunk': join(PNG, pngChunk('tEXt', script), header(8, 8)),
  'a PNG of no width': join(PNG, header(0, 8), pngChunk('IDAT', 'x', 9)),
  'a PNG with two headers': join(PNG, header(8, 8), header(9, 9), images.halfPng.slice(33)),
  'a PNG with a chunk of 4 GiB': join(PNG, header(8, 8), pngChunk('tEXt', 'x', 0xffffffff)),
  'a PNG with a chunk longer than itself': join(PNG, header(8, 8), pngChunk('zTXt', 'x', 90_000)),
  'a PNG with a chunk without a name': join(PNG, header(8, 8), pngChunk('\0\0\0\0', 'x')),
  'a PNG with an end that goes on': join(
    PNG,
    header(8, 8),
    pngChunk('IDAT'),
    pngChunk('IEND', 'x'),
  ),
  'a WebP that breaks off': images.halfWebp.slice(0, 80),
  'a WebP with a chunk longer than itself': riff(
    riffChunk('VP8L', images.webp.slice(20, 40), 9_000),
  ),
  'a WebP with a chunk that reaches behind its end': riff(images.webp.slice(12), 40),
  'a WebP without a picture': riff(riffChunk('XMP ', join('x'))),
  'a WebP of no length': riff(images.webp.slice(12), 0),
}

/** Headers that tell of more pixels than anybody should decode. */
export const pixelBombs: Readonly<Record<string, Uint8Array>> = {
  png: join(PNG, header(0x7fffffff, 0x7fffffff), pngChunk('IDAT', 'x'), pngChunk('IEND')),
  jpeg: join([0xff, 0xd8], frame(65_535, 65_535), scan, [0xff, 0xd9]),
  webp: riff(
    join(
      riffChunk('VP8X', Uint8Array.of(0, 0, 0, 0, 255, 255, 255, 255, 255, 255)),
      images.webp.slice(12),
    ),
  ),
}

/** Whole pictures that carry something else, the word `alert(1)`: it is not to be there afterwards. */
export const smugglers: Readonly<Record<string, Uint8Array>> = {
  'a page behind a JPEG': join(images.jpeg, `<html>${script}`),
  'a script in a comment of a JPEG': join(
    [0xff, 0xd8],
    jpegSegment(0xfe, script),
    images.jpeg.slice(2),
  ),
  'a script in the name of an application': join(
    [0xff, 0xd8],
    jpegSegment(0xed, `Photoshop 3.0\0${script}`),
    images.jpeg.slice(2),
  ),
  'a page behind a PNG': join(images.halfPng, script),
  'a script in a text of a PNG': join(
    images.halfPng.slice(0, 33),
    pngChunk('iTXt', `XML:com.adobe.xmp\0${script}`),
    images.halfPng.slice(33),
  ),
  'a script in a chunk that nobody knows': join(
    images.halfPng.slice(0, 33),
    pngChunk('ruBy', script),
    images.halfPng.slice(33),
  ),
  'a page behind a WebP': join(images.halfWebp, script),
  'a script in the XMP of a WebP': riff(
    join(images.halfWebp.slice(12), riffChunk('XMP ', join(script))),
  ),
}

/** A PNG of so many empty texts. */
export const endlessChunks = (count: number): Uint8Array => repeat(images.halfPng, 33, count)

import { images } from '../../support/images.ts'
import { join, jpegSegment } from '../../support/hostile-images.ts'

const TEXT = 2
const LONG = 4

/** A directory of TIFF with values that lie behind it; offsets count from the beginning. */
function directory(
  start: number,
  entries: readonly (readonly [tag: number, type: number, value: string | number])[],
): Uint8Array {
  let behind = start + 2 + entries.length * 12 + 4
  const texts: string[] = []
  const rows = entries.map(([tag, type, value]) => {
    const row = new DataView(new ArrayBuffer(12))
    row.setUint16(0, tag)
    row.setUint16(2, type)
    row.setUint32(4, typeof value === 'string' ? value.length + 1 : 1)
    if (typeof value === 'string') {
      row.setUint32(8, behind)
      texts.push(`${value}\0`)
      behind += value.length + 1
    } else if (type === LONG) row.setUint32(8, value)
    else row.setUint16(8, value)
    return new Uint8Array(row.buffer)
  })
  return join([entries.length >> 8, entries.length & 255], ...rows, [0, 0, 0, 0], ...texts)
}

/** EXIF of a camera that was turned, with a place: the word CANARY. */
function exif(takenAt: string): Uint8Array {
  const size = (of: Uint8Array) => of.length
  const first = (camera: number, place: number) =>
    directory(8, [
      [0x010f, TEXT, 'Maker\u0001'],
      [0x0110, TEXT, 'Model 5'],
      [0x0112, 3, 6],
      [0x8769, LONG, camera],
      [0x8825, LONG, place],
    ])
  const camera = 8 + size(first(0, 0))
  const taken = directory(camera, [[0x9003, TEXT, takenAt]])
  const place = camera + size(taken)
  const where = directory(place, [[0x001d, TEXT, 'CANARY']])
  return join('Exif\0\0', 'MM', [0, 42, 0, 0, 0, 8], first(camera, place), taken, where)
}

/** A JPEG of 48 by 32 pixels as a camera gives it, of which so many bytes stand before the picture. */
export function photo({ before = 0, takenAt = '2026:11:22 10:30:00' } = {}): Uint8Array {
  const filler = jpegSegment(0xe1, join('http://ns.adobe.com/xap/1.0/\0', new Uint8Array(50_000)))
  const fillers = Array.from({ length: Math.ceil(before / filler.length) }, () => filler)
  return join([0xff, 0xd8], ...fillers, jpegSegment(0xe1, exif(takenAt)), images.jpeg.slice(2))
}

/** A photo of so many bytes and more: its pixels go on and on. */
export function largePhoto(length: number): Uint8Array {
  const whole = photo()
  const bytes = new Uint8Array(whole.length + length)
  bytes.set(whole.subarray(0, -2))
  bytes.set([0xff, 0xd9], bytes.length - 2)
  return bytes
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}

const u32 = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255)

function chunk(type: string, content: Uint8Array): Uint8Array {
  const named = join(type, content)
  return join(u32(content.length), named, u32(crc32(named)))
}

/** A PNG whose left half is red and whose right half is blue. */
export async function halves(width: number, height: number): Promise<Uint8Array> {
  const lines = new Uint8Array(height * (1 + width * 3))
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      lines[y * (1 + width * 3) + 1 + x * 3 + (x * 2 < width ? 0 : 2)] = 255
  const packed = await new Response(
    new Blob([lines]).stream().pipeThrough(new CompressionStream('deflate')),
  ).bytes()
  return join(
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    chunk('IHDR', join(u32(width), u32(height), [8, 2, 0, 0, 0])),
    chunk('IDAT', packed),
    chunk('IEND', new Uint8Array()),
  )
}

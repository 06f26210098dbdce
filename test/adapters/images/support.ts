import { type ImageFacts, imageFacts } from '../../../src/kernel/image/facts.ts'
import { decode } from '../../../src/adapters/images/codecs.ts'
import {
  type ImageSource,
  type Images,
  ImagesError,
  type VariantRequest,
} from '../../../src/ports/images.ts'

/** A file as the port takes it; `facts` and `size` may lie. */
export function sourceOf(
  bytes: Uint8Array,
  { facts, size = bytes.length }: { facts?: Partial<ImageFacts>; size?: number } = {},
): ImageSource & { readonly opened: () => number } {
  const real = imageFacts(bytes)
  if (!real) throw new Error('these bytes are no image')
  let opened = 0
  return {
    facts: { ...real, ...facts },
    size,
    opened: () => opened,
    open: async () => {
      opened += 1
      return new Response(bytes.slice()).body ?? new ReadableStream()
    },
  }
}

/** The bytes of a variant. */
export async function variantBytes(images: Images, request: VariantRequest): Promise<Uint8Array> {
  const variant = await images.transform(request)
  return new Uint8Array(await new Response(variant?.body).arrayBuffer())
}

const COLOURS: Readonly<Record<string, readonly [number, number, number]>> = {
  red: [220, 30, 30],
  green: [30, 200, 60],
  blue: [30, 60, 220],
  white: [250, 250, 250],
}

function colourOf(pixel: Uint8ClampedArray): string {
  const near = Object.entries(COLOURS).find(([, colour]) =>
    colour.every((value, index) => Math.abs(value - (pixel[index] ?? 0)) < 40),
  )
  return near?.[0] ?? [...pixel].join(' ')
}

/** The colours near the corners of a WebP variant: left top, right top, left bottom, right bottom. */
export async function cornersOf(
  images: Images,
  bytes: Uint8Array,
  request: Partial<VariantRequest> = {},
): Promise<string[]> {
  const variant = await variantBytes(images, {
    source: sourceOf(bytes),
    preset: 'small',
    type: 'image/webp',
    ...request,
  })
  const pixels = await decode('image/webp', variant)
  if (!pixels) throw new Error('this is no picture')
  const { width, height, data } = pixels
  return [
    [3, 3],
    [width - 4, 3],
    [3, height - 4],
    [width - 4, height - 4],
  ].map(([x = 0, y = 0]) => colourOf(data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)))
}

/** How a call failed. */
export const failureOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'not at all',
    (error: unknown) => (error instanceof ImagesError ? error.failure : String(error)),
  )

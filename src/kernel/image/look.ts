import { encode } from 'blurhash'
import type { PixelSize } from './presets.ts'

/** Decoded pixels: four bytes each, red, green, blue and how opaque, line by line from the top. */
export interface Pixels extends PixelSize {
  readonly data: Uint8ClampedArray<ArrayBuffer>
}

/** What stands in for a picture until it is there. */
export interface ImageLook {
  /** BlurHash of 4 by 3 components, 28 characters. */
  readonly blurhash: string
  /** `#rrggbb` of the colour that most of the picture has. */
  readonly dominantColour: string
}

/** The longest side at which a picture is looked at; both answers cost by the pixel. */
export const LOOK_SIDE = 32

/** The size at which a picture is looked at. */
export function lookSize({ width, height }: PixelSize): PixelSize {
  const scale = Math.min(1, LOOK_SIDE / Math.max(width, height))
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  }
}

/** What a small picture looks like; transparent parts count as white. */
export function lookOf(pixels: Pixels): ImageLook {
  const opaque = onWhite(pixels)
  return {
    blurhash: encode(opaque.data, opaque.width, opaque.height, 4, 3),
    dominantColour: dominantColour(opaque),
  }
}

/** The picture on white, in place of what is transparent. */
export function onWhite({ width, height, data }: Pixels): Pixels {
  const opaque = new Uint8ClampedArray(data.length)
  for (let at = 0; at < data.length; at += 4) {
    const alpha = (data[at + 3] ?? 255) / 255
    for (let channel = at; channel < at + 3; channel++) {
      opaque[channel] = (data[channel] ?? 0) * alpha + 255 * (1 - alpha)
    }
    opaque[at + 3] = 255
  }
  return { width, height, data: opaque }
}

/** The mean of the fullest of 512 boxes of like colours. */
function dominantColour({ data }: Pixels): string {
  const boxes = new Map<number, { count: number; readonly sums: [number, number, number] }>()
  let fullest = { count: 0, sums: [0, 0, 0] }
  for (let at = 0; at < data.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3)
    const key = ((red >> 5) << 6) | ((green >> 5) << 3) | (blue >> 5)
    const box = boxes.get(key) ?? { count: 0, sums: [0, 0, 0] }
    box.count += 1
    box.sums[0] += red
    box.sums[1] += green
    box.sums[2] += blue
    boxes.set(key, box)
    if (box.count > fullest.count) fullest = box
  }
  const digits = fullest.sums.map((sum) =>
    Math.round(sum / Math.max(1, fullest.count))
      .toString(16)
      .padStart(2, '0'),
  )
  return `#${digits.join('')}`
}

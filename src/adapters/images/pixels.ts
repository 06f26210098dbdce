import type { Orientation } from '../../kernel/image/exif.ts'
import type { Pixels } from '../../kernel/image/look.ts'
import type { PixelBox, PixelSize } from '../../kernel/image/presets.ts'

/** Where the pixels of a picture as it is shown lie in it as it is stored. */
function placesOf(orientation: Orientation) {
  return {
    isTransposed: orientation > 4,
    fromRight: [2, 3, 7, 8].includes(orientation),
    fromBottom: [3, 4, 6, 7].includes(orientation),
  }
}

/** A rectangle of the shown picture as it lies in the stored one, which has the size `stored`. */
export function storedBox(box: PixelBox, stored: PixelSize, orientation: Orientation): PixelBox {
  const { isTransposed, fromRight, fromBottom } = placesOf(orientation)
  const { left, top, width, height } = isTransposed
    ? { left: box.top, top: box.left, width: box.height, height: box.width }
    : box
  return {
    left: fromRight ? stored.width - left - width : left,
    top: fromBottom ? stored.height - top - height : top,
    width,
    height,
  }
}

/** Turns a stored picture as it is to be shown. */
export function turned(pixels: Pixels, orientation: Orientation): Pixels {
  if (orientation === 1) return pixels
  const { isTransposed, fromRight, fromBottom } = placesOf(orientation)
  const [width, height] = isTransposed
    ? [pixels.height, pixels.width]
    : [pixels.width, pixels.height]
  const from = new Uint32Array(pixels.data.buffer, pixels.data.byteOffset, width * height)
  const to = new Uint32Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [across, down] = isTransposed ? [y, x] : [x, y]
      const column = fromRight ? pixels.width - 1 - across : across
      const line = fromBottom ? pixels.height - 1 - down : down
      to[y * width + x] = from[line * pixels.width + column] ?? 0
    }
  }
  return { width, height, data: new Uint8ClampedArray(to.buffer) }
}

/** How many pixels of a box, in each direction, become one before it is resized to a size. */
export function shrinkFactor(box: PixelSize, size: PixelSize): number {
  return Math.max(1, Math.floor(Math.min(box.width / size.width, box.height / size.height)))
}

/**
 * The mean of each square of `factor` pixels of a box. Colours are weighed by how opaque they are, and
 * stay multiplied by it, so that they can be resized channel by channel. What is left over behind the
 * last whole square falls away.
 */
export function shrunk(pixels: Pixels, box: PixelBox, factor: number): Pixels {
  const width = Math.max(1, Math.floor(box.width / factor))
  const height = Math.max(1, Math.floor(box.height / factor))
  const data = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = ((box.top + y * factor) * pixels.width + box.left + x * factor) * 4
      setMean(data, (y * width + x) * 4, pixels, at, factor)
    }
  }
  return { width, height, data }
}

function setMean(
  to: Uint8ClampedArray,
  place: number,
  { data, width }: Pixels,
  first: number,
  factor: number,
): void {
  let [red, green, blue, weight] = [0, 0, 0, 0]
  for (let line = 0; line < factor; line++) {
    const start = first + line * width * 4
    for (let at = start; at < start + factor * 4; at += 4) {
      const alpha = data[at + 3] ?? 0
      red += (data[at] ?? 0) * alpha
      green += (data[at + 1] ?? 0) * alpha
      blue += (data[at + 2] ?? 0) * alpha
      weight += alpha
    }
  }
  const count = factor * factor
  to[place] = red / (count * 255)
  to[place + 1] = green / (count * 255)
  to[place + 2] = blue / (count * 255)
  to[place + 3] = weight / count
}

/** The colours again as they are, in place of multiplied by how opaque they are. */
export function unmultiplied({ width, height, data }: Pixels): Pixels {
  const plain = new Uint8ClampedArray(data)
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] ?? 255
    if (alpha === 255 || alpha === 0) continue
    for (let channel = at; channel < at + 3; channel++) {
      plain[channel] = ((data[channel] ?? 0) * 255) / alpha
    }
  }
  return { width, height, data: plain }
}

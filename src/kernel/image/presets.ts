import { type ImageFacts, shownSize } from './facts.ts'

/** The sizes that there are; nobody asks for another, so nobody fills a cache with sizes. */
export type ImagePreset = keyof typeof imagePresets

/** Width in pixels, and whether a square is cut out around the focal point. */
export const imagePresets = {
  thumb: { width: 160, isSquare: true },
  small: { width: 480, isSquare: false },
  medium: { width: 960, isSquare: false },
  large: { width: 1_920, isSquare: false },
} as const

/** A point of the shown picture: 0 is left and top, 1 is right and bottom. */
export interface FocalPoint {
  readonly x: number
  readonly y: number
}

/** The middle, for pictures of which nobody has told anything else. */
export const middle: FocalPoint = { x: 0.5, y: 0.5 }

/** A size in whole pixels. */
export interface PixelSize {
  readonly width: number
  readonly height: number
}

/** A rectangle of a picture in whole pixels. */
export interface PixelBox extends PixelSize {
  readonly left: number
  readonly top: number
}

/** What a variant shows of a picture, and how large. Both as it is shown, after it has been turned. */
export interface VariantPlan {
  readonly crop: PixelBox
  readonly size: PixelSize
}

/** Whether a text names a preset. */
export function isImagePreset(name: string): name is ImagePreset {
  return Object.hasOwn(imagePresets, name)
}

const clamp = (value: number, least: number, most: number): number =>
  Math.min(Math.max(value, least), most)

/** What a preset makes of a picture. Nothing is enlarged; a side is never less than a pixel. */
export function variantPlan(
  facts: ImageFacts,
  preset: ImagePreset,
  focalPoint: FocalPoint = middle,
): VariantPlan {
  const shown = shownSize(facts)
  const { width: wanted, isSquare } = imagePresets[preset]
  if (!isSquare) {
    const width = Math.min(wanted, shown.width)
    const height = Math.max(1, Math.round((shown.height * width) / shown.width))
    return { crop: { left: 0, top: 0, ...shown }, size: { width, height } }
  }
  const side = Math.min(shown.width, shown.height)
  const left = Math.round(clamp(shown.width * focalPoint.x - side / 2, 0, shown.width - side))
  const top = Math.round(clamp(shown.height * focalPoint.y - side / 2, 0, shown.height - side))
  const edge = Math.min(wanted, side)
  return { crop: { left, top, width: side, height: side }, size: { width: edge, height: edge } }
}

/**
 * The value of an `srcset` (HTML §4.8.4.2.1) over the presets that keep the shape, up to the first
 * that shows every pixel there is.
 * @param addressOf the address of a preset, without spaces and commas
 */
export function srcset(facts: ImageFacts, addressOf: (preset: ImagePreset) => string): string {
  const widths = Object.keys(imagePresets)
    .filter(isImagePreset)
    .filter((preset) => !imagePresets[preset].isSquare)
    .map((preset) => ({ preset, width: variantPlan(facts, preset).size.width }))
  return widths
    .filter(({ width }, index) => index === 0 || width > (widths[index - 1]?.width ?? 0))
    .map(({ preset, width }) => `${addressOf(preset)} ${width}w`)
    .join(', ')
}

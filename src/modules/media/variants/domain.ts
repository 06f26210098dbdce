import { isCleanable } from '../../../kernel/image/clean.ts'
import { type ImageFacts, isImageType } from '../../../kernel/image/facts.ts'
import {
  type FocalPoint,
  type ImagePreset,
  imagePresets,
  isImagePreset,
  srcset,
} from '../../../kernel/image/presets.ts'
import { limits } from '../../../kernel/limits.ts'
import { pathOfFile } from '../domain.ts'
import type { PictureFacts, PictureFile } from './types.ts'

/** What is known of a picture, as a row has it. */
export function parsePicture(json: string | null): PictureFacts | null {
  return json === null ? null : JSON.parse(json)
}

/** The facts of a file as those who make variants want them; undefined for what is no picture. */
export function imageOf({
  mediaType,
  width,
  height,
  picture,
}: PictureFile): ImageFacts | undefined {
  if (!isImageType(mediaType) || width === null || height === null || !picture) return undefined
  const { orientation, hasAlpha, isAnimated } = picture
  const stored = orientation > 4 ? { width: height, height: width } : { width, height }
  return { type: mediaType, ...stored, orientation, hasAlpha, isAnimated }
}

/** An asset’s point that must stay in sight. */
interface Focal {
  readonly focalX: number
  readonly focalY: number
}

const percent = (part: number): number => Math.round(part * 100)

/**
 * A preset as the addresses of an asset name it: squares tell their focal point in whole percents
 * unless it is the middle, so that an address shows the same picture for ever.
 */
export function presetName(preset: ImagePreset, { focalX, focalY }: Focal): string {
  const point = `${percent(focalX)}-${percent(focalY)}`
  return imagePresets[preset].isSquare && point !== '50-50' ? `${preset}-${point}` : preset
}

/** The preset and the point that a name tells; undefined for one that is none. */
export function presetOf(
  name: string,
): { readonly preset: ImagePreset; readonly focalPoint: FocalPoint } | undefined {
  const [, preset = '', x, y] = /^([a-z]+)(?:-(\d{1,3})-(\d{1,3}))?$/.exec(name) ?? []
  if (!isImagePreset(preset)) return undefined
  if (x !== undefined && !imagePresets[preset].isSquare) return undefined
  return { preset, focalPoint: { x: Number(x ?? 50) / 100, y: Number(y ?? 50) / 100 } }
}

/** Where the variants of a picture are. Both are null for a file that always goes out as it is. */
export function addressesOf(
  asset: Focal & { readonly id: string; readonly name: string },
  file: PictureFile & { readonly number: number },
) {
  const image = imageOf(file)
  if (!image || !isVariable(image, file.bytes)) return { variants: null, srcset: null }
  const at = (preset: ImagePreset) =>
    pathOfFile(asset.id, file.number, asset.name, presetName(preset, asset))
  const variants = {
    thumb: at('thumb'),
    small: at('small'),
    medium: at('medium'),
    large: at('large'),
  }
  return { variants, srcset: srcset(image, (preset) => variants[preset]) }
}

/** Whether variants of a picture can be made by whatever makes them at all. */
function isVariable({ type, width, height, isAnimated }: ImageFacts, bytes: number): boolean {
  const { images } = limits
  return (
    isCleanable(type) && !isAnimated && bytes <= images.bytes && width * height <= images.pixels
  )
}

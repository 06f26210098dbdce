import type { ImageFacts } from '../kernel/image/facts.ts'
import type { ImageLook } from '../kernel/image/look.ts'
import type { FocalPoint, ImagePreset } from '../kernel/image/presets.ts'

/** What variants are written in. */
export type VariantType = 'image/avif' | 'image/webp' | 'image/jpeg' | 'image/png'

/** How much of a picture is kept, of 100, by the scale of each format. */
export const variantQuality = {
  'image/avif': 60,
  'image/webp': 80,
  'image/jpeg': 82,
} as const satisfies Partial<Record<VariantType, number>>

/** A file of which something is to be made. */
export interface ImageSource {
  /** Of its first bytes; a file of other facts is refused when it is decoded. */
  readonly facts: ImageFacts
  /** Bytes of the file. */
  readonly size: number
  /** Called once at most, and not at all where nothing is made of the file. */
  readonly open: () => Promise<ReadableStream<Uint8Array>>
}

/** Which variant of a file. */
export interface VariantRequest {
  readonly source: ImageSource
  readonly preset: ImagePreset
  /** The middle when left out. */
  readonly focalPoint?: FocalPoint
  /** From `variantType`. */
  readonly type: VariantType
}

/** A variant: an image without any metadata, already turned as it is to be shown. */
export interface ImageVariant {
  readonly type: VariantType
  readonly body: ReadableStream<Uint8Array>
}

/**
 * Why nothing was made:
 * - `broken`: the file cannot be decoded, or is not what its facts say
 * - `busy`: as much is being made as there is memory for
 * - `unavailable`: no answer, or a passing fault
 */
export type ImagesFailure = 'broken' | 'busy' | 'unavailable'

/** A failed call; the original can be served in the meantime, but not for ever. */
export class ImagesError extends Error {
  readonly failure: ImagesFailure

  constructor(failure: ImagesFailure, reason: string, cause?: unknown) {
    super(`images: ${failure}: ${reason}`, { cause })
    this.name = 'ImagesError'
    this.failure = failure
  }
}

/** Makes variants. Every call throws `ImagesError` and what `open` throws, and nothing else. */
export interface Images {
  /** The types that it writes, best first. Empty for one that makes nothing. */
  readonly types: readonly VariantType[]
  /** Undefined for a file of which it makes nothing: then the original is to be served. */
  transform(request: VariantRequest): Promise<ImageVariant | undefined>
  /** What stands in for the picture while it loads; undefined as `transform` has it. */
  look(source: ImageSource): Promise<ImageLook | undefined>
}

/** Makes nothing: every original is served as it is. */
export const noImages: Images = {
  types: [],
  transform: async () => undefined,
  look: async () => undefined,
}

/**
 * The type of a variant for a client. AVIF and WebP go to clients that name them in `Accept`
 * (RFC 9110 §12.5.1) and do not weigh them with 0; all others get JPEG, or PNG where something may
 * be transparent. Only WebP keeps an animation. Undefined when the original is to be served. The
 * answer varies by `Accept`.
 */
export function variantType(
  { types }: Pick<Images, 'types'>,
  accept: string | undefined,
  { hasAlpha, isAnimated }: Pick<ImageFacts, 'hasAlpha' | 'isAnimated'>,
): VariantType | undefined {
  const named = namedIn(accept ?? '')
  const plain = hasAlpha ? 'image/png' : 'image/jpeg'
  return types.find((type) => {
    if (isAnimated) return type === 'image/webp' && named.has(type)
    return type === plain || (!PLAIN.has(type) && named.has(type))
  })
}

const PLAIN: ReadonlySet<VariantType> = new Set(['image/jpeg', 'image/png'])

function namedIn(accept: string): ReadonlySet<string> {
  const ranges = accept.toLowerCase().split(',')
  return new Set(
    ranges.flatMap((range) => {
      const [type = '', ...parameters] = range.split(';').map((part) => part.trim())
      return parameters.some((one) => /^q=0(?:\.0*)?$/.test(one)) ? [] : [type]
    }),
  )
}

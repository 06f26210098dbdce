import { AppError, errors } from '../../../kernel/errors.ts'
import { hasAvifNotes } from '../../../kernel/image/avif.ts'
import { isCleanable } from '../../../kernel/image/clean.ts'
import { type ImageFacts, imageFacts, isImageType } from '../../../kernel/image/facts.ts'
import { limits } from '../../../kernel/limits.ts'
import { type MediaType, mayBe, mediaTypeOf } from '../../../kernel/media-type.ts'
import type { UploadBounds } from '../domain.ts'
import { mediaErrors } from '../errors.ts'
import type { Incoming } from './types.ts'

/** What the first bytes of a file tell. */
export interface Recognised {
  readonly type: MediaType
  /** Of a picture whose first bytes tell them; metadata may keep them behind these. */
  readonly facts: ImageFacts | undefined
}

/**
 * What a file is, when it may be taken. Throws 413 for one that is declared too large, and
 * `media.type_refused` for a type that is unknown, not allowed or not the declared one, for an image
 * that is seen to be cut off and for one that is seen to have too many pixels.
 */
export function recognise(
  { head, declared, size }: Pick<Incoming, 'head' | 'declared' | 'size'>,
  bounds: UploadBounds,
): Recognised {
  if (size !== undefined && size > bounds.fileBytes) throw tooLarge(bounds.fileBytes)
  const type = mediaTypeOf(head)
  if (!type || !bounds.types.has(type)) {
    const allowed = [...bounds.types].join(', ')
    throw refused(`The bytes are of no type that is taken: ${allowed}.`)
  }
  if (!mayBe(declared, type)) throw refused(`The bytes are ${type} and not what is declared.`)
  if (type === 'image/avif' && hasAvifNotes(head))
    throw refused(
      'The AVIF holds metadata, which cannot be taken out: send it without, or as a JPEG.',
    )
  const facts = imageFacts(head)
  if (facts) requirePixels(facts)
  else if (isImageType(type) && !isCleanable(type)) throw brokenImage()
  return { type, facts }
}

/** Throws `media.type_refused` for a picture of too many pixels. */
export function requirePixels({ width, height }: ImageFacts): void {
  if (width * height > limits.media.pixels)
    throw refused(`The image has more than ${limits.media.pixels} pixels.`)
}

/** The refusal of a picture that is cut off or not made as its format says. */
export function brokenImage(): AppError {
  return refused('The image is broken.')
}

function refused(detail: string): AppError {
  return new AppError(mediaErrors.typeRefused, { detail })
}

/** The refusal of a file that is larger than may be. */
export function tooLarge(limit: number): AppError {
  return new AppError(errors.contentTooLarge, {
    detail: `The file is larger than the ${limit} bytes that it may have.`,
  })
}

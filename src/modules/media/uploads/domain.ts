import { AppError, errors } from '../../../kernel/errors.ts'
import { imageFacts, shownSize } from '../../../kernel/image-facts.ts'
import { limits } from '../../../kernel/limits.ts'
import { type MediaType, kindOf, mayBe, mediaTypeOf } from '../../../kernel/media-type.ts'
import type { UploadBounds } from '../domain.ts'
import { mediaErrors } from '../errors.ts'
import type { Incoming } from './types.ts'

/** What the first bytes of a file tell. */
export interface Recognised {
  readonly type: MediaType
  /** Of an image as it is shown. */
  readonly width: number | null
  readonly height: number | null
}

/**
 * What a file is, when it may be taken. Throws 413 for one that is declared too large, and
 * `media.type_refused` for a type that is unknown, not allowed or not the declared one, for an image
 * that is cut off and for one of too many pixels.
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
  if (kindOf(type) !== 'image') return { type, width: null, height: null }
  const facts = imageFacts(head)
  if (!facts) throw refused('The image is broken.')
  const { width, height } = shownSize(facts)
  if (width * height > limits.media.pixels)
    throw refused(`The image has more than ${limits.media.pixels} pixels.`)
  return { type, width, height }
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

import { AppError } from '../../../kernel/errors.ts'
import { mediaErrors } from '../errors.ts'
import type { ReferenceDto } from './schemas.ts'

/** The refusal to remove an asset that is used; it names those who use it. */
export function inUse(references: readonly ReferenceDto[]): AppError {
  const named = references.map(
    ({ ownerType, ownerId, place }) => `${ownerType} ${ownerId} (${place})`,
  )
  return new AppError(mediaErrors.inUse, { detail: `Shown by ${named.join(', ')}.` })
}

import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { RawBody } from '../../../../kernel/raw-body.ts'
import { mediaErrors } from '../../errors.ts'
import { beginWaiting } from '../../waiting/index.ts'
import { countIn, digestIn, requirePiece, requireVersion, saidIn } from '../domain.ts'
import { type ResumableDto, presentUpload } from '../schemas.ts'
import type { Header } from '../types.ts'
import { type AppendDeps, appendPiece } from './append.ts'

/**
 * Begins an upload, and takes its first bytes when the request has some. Throws 412 for another version,
 * 413 for a file that is too large or has no room, and as `appendPiece`.
 */
export async function createUpload(
  deps: AppendDeps,
  ctx: RequestContext,
  { header, raw }: { readonly header: Header; readonly raw: RawBody },
): Promise<ResumableDto> {
  requirePermission(ctx, 'media:upload')
  requireVersion(header('Tus-Resumable'))
  if (header('Upload-Defer-Length') !== undefined)
    throw new AppError(errors.badRequest, { detail: 'The length must be told.' })
  const bytes = countIn(header, 'Upload-Length')
  const said = saidIn(header('Upload-Metadata'))
  const hasPiece = raw.contentType !== ''
  if (hasPiece) requirePiece(raw.contentType)
  const digest = digestIn(header('Upload-Checksum'))
  const upload = await beginWaiting(deps, ctx, 'tus', { bytes, said }).catch(asTooLarge)
  if (!hasPiece || raw.size === 0) return presentUpload(upload)
  return appendPiece(deps, ctx, upload, { raw, digest })
}

/** The protocol has 413 for whatever there is no room for. */
function asTooLarge(error: unknown): never {
  if (error instanceof AppError && error.definition === mediaErrors.quotaExceeded)
    throw new AppError(mediaErrors.noRoom, { cause: error })
  throw error
}

import { toRfc3339 } from '../../../../kernel/clock.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { limits } from '../../../../kernel/limits.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { mediaErrors } from '../../errors.ts'
import { beginWaiting } from '../../waiting/index.ts'
import type { DirectDto, DirectInput } from '../schemas.ts'

/**
 * Begins an upload that goes straight to the store, by a request that is signed for its number of bytes
 * and its type. Throws `media.direct_unavailable` where nothing can sign, and as `beginWaiting`.
 */
export async function createDirectUpload(
  deps: Pick<Deps, 'db' | 'storage' | 'ids' | 'telemetry'>,
  ctx: RequestContext,
  { bytes, ...said }: DirectInput,
): Promise<DirectDto> {
  requirePermission(ctx, 'media:upload')
  const { signer } = deps.storage
  if (!signer) throw new AppError(mediaErrors.directUnavailable)
  const upload = await beginWaiting(deps, ctx, 'direct', { bytes, said })
  const { sha256 } = said
  const { expiresAt, ...request } = await signer.signPut(upload.storageKey, {
    expiresSeconds: limits.media.directSeconds,
    contentType: said.mediaType,
    size: bytes,
    ...(sha256 === undefined ? {} : { sha256 }),
  })
  return {
    id: upload.id,
    request: { ...request, expiresAt: toRfc3339(expiresAt) },
    expiresAt: toRfc3339(upload.expiresAt),
  }
}

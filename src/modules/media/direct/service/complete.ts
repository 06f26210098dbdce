import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { AssetDto } from '../../assets/index.ts'
import { mediaErrors } from '../../errors.ts'
import type { UploadDeps } from '../../uploads/index.ts'
import { dropWaiting, finishWaiting, loadWaiting } from '../../waiting/index.ts'

/**
 * Makes an asset of a file that was put straight into the store; the same one when it is asked again.
 * Throws 404 and 410, `media.not_arrived` while nothing is there, `media.incomplete` for another number
 * of bytes than was told, with which the upload ends, and as `finishWaiting`.
 */
export async function completeDirectUpload(
  deps: UploadDeps,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<AssetDto> {
  requirePermission(ctx, 'media:upload')
  const upload = await loadWaiting(deps, ctx, 'direct', id)
  if (upload.state !== 'done') {
    const stored = await deps.storage.head(upload.storageKey)
    if (!stored) throw new AppError(mediaErrors.notArrived)
    if (stored.size !== upload.bytes) {
      const books = { ...deps, db: deps.shards.openUngated(ctx.tenant.shard) }
      await dropWaiting(books, ctx.tenant.id, upload, ctx.now)
      throw new AppError(mediaErrors.incomplete)
    }
  }
  return finishWaiting(deps, ctx, upload)
}

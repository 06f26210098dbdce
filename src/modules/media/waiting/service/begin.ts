import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { limits } from '../../../../kernel/limits.ts'
import { userIdOf } from '../../../../kernel/permissions.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { boundsOf } from '../../domain.ts'
import { mediaErrors } from '../../errors.ts'
import { findFolder } from '../../folders/index.ts'
import { reserveObject } from '../../objects/index.ts'
import { tooLarge } from '../../uploads/index.ts'
import { insertWaiting } from '../repo.ts'
import type { Said, Waiting, WaitingKind } from '../types.ts'

/**
 * Makes an upload known and takes its bytes of the quota, in one round trip. It belongs to the caller
 * and lives as long as any upload. Throws 413 for a file that may not be so large,
 * `media.type_refused` for one of no bytes, `media.quota_exceeded` and `media.folder_unknown`.
 */
export async function beginWaiting(
  deps: Pick<Deps, 'db' | 'storage' | 'ids' | 'telemetry'>,
  ctx: RequestContext,
  kind: WaitingKind,
  { bytes, said }: Pick<Waiting, 'bytes' | 'said'>,
): Promise<Waiting> {
  const { fileBytes, quota } = boundsOf(ctx)
  if (bytes > fileBytes) throw tooLarge(fileBytes)
  if (bytes === 0) throw new AppError(mediaErrors.typeRefused, { detail: 'The file is empty.' })
  const tenantId = ctx.tenant.id
  const createdAt = ctx.now
  const expiresAt = createdAt + limits.media.uploadMilliseconds
  const { reservation } = await reserveObject(
    deps,
    ctx,
    { extension: 'bin', size: bytes, most: fileBytes, quota },
    {
      ...readerOf(tenantId, said),
      beside: ({ id, storageKey }) =>
        insertWaiting(ownedBy(ctx, kind, id), { storageKey, bytes, said, createdAt, expiresAt }),
    },
  )
  const { id, storageKey } = reservation
  return {
    id,
    kind,
    state: 'open',
    storageKey,
    bytes,
    arrived: 0,
    epoch: 0,
    multipartId: null,
    parts: [],
    restEpoch: null,
    said,
    createdAt,
    expiresAt,
  }
}

function readerOf(tenantId: string, { folderId }: Said) {
  return {
    folderId,
    query: findFolder({ tenantId, id: folderId ?? '' }),
    check(folder: unknown) {
      if (folderId !== undefined && !folder) throw new AppError(mediaErrors.folderUnknown)
    },
  }
}

/** An upload of the caller. */
export function ownedBy(
  { tenant, principal }: Pick<RequestContext, 'tenant' | 'principal'>,
  kind: WaitingKind,
  id: string,
) {
  return { tenantId: tenant.id, id, kind, userId: userIdOf(principal) ?? '' }
}

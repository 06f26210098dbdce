import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { mediaErrors } from '../../errors.ts'
import { type WaitingRow, claimWaiting, findWaiting, noteWaiting, toWaiting } from '../repo.ts'
import type { Waiting, WaitingKind } from '../types.ts'
import { ownedBy } from './begin.ts'

/** An upload of the caller. Throws 404, and `media.upload_gone` for one that has expired. */
export async function loadWaiting(
  { db }: Pick<Deps, 'db'>,
  ctx: RequestContext,
  kind: WaitingKind,
  id: string,
): Promise<Waiting> {
  return requireAlive(ctx, await db.first(findWaiting(ownedBy(ctx, kind, id))))
}

/**
 * Takes an upload over at an offset: whoever brought bytes before can note nothing more. Throws as
 * `loadWaiting`, and `conflict` when the offset is another, which the answer names.
 */
export async function claimUpload(
  { db }: Pick<Deps, 'db'>,
  ctx: RequestContext,
  id: string,
  offset: number,
): Promise<Waiting> {
  const owned = ownedBy(ctx, 'tus', id)
  const [[claimed], [row]] = await db.bookkeep([
    claimWaiting(owned, { offset, now: ctx.now }),
    findWaiting(owned),
  ])
  if (claimed) return toWaiting(claimed)
  const { arrived } = requireAlive(ctx, row)
  throw new AppError(errors.conflict, {
    detail: `The upload is at ${arrived}.`,
    headers: { 'Upload-Offset': String(arrived) },
  })
}

/** Notes what is safe. Throws `conflict` when another request has taken the upload over. */
export async function noteUpload(
  { shards }: Pick<Deps, 'shards'>,
  { tenant }: Pick<RequestContext, 'tenant'>,
  upload: Waiting,
): Promise<void> {
  // Whoever may begin to send may end, though the session runs out meanwhile.
  const [noted] = await shards.openUngated(tenant.shard).bookkeep([noteWaiting(tenant.id, upload)])
  if (noted.length === 0)
    throw new AppError(errors.conflict, { detail: 'Another request goes on with the upload.' })
}

function requireAlive({ now }: Pick<RequestContext, 'now'>, row: WaitingRow | undefined): Waiting {
  if (!row) throw new AppError(errors.notFound)
  if (row.expiresAt <= now) throw new AppError(mediaErrors.uploadGone)
  return toWaiting(row)
}

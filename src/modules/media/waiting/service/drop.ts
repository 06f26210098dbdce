import { limits } from '../../../../kernel/limits.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { giveUp } from '../../objects/index.ts'
import { restKey } from '../domain.ts'
import { findExpired, forgetWaiting, toWaiting } from '../repo.ts'
import type { Waiting } from '../types.ts'

type DropDeps = Pick<Deps, 'db' | 'storage' | 'telemetry'>

/** Forgets an upload with all that it has in the store, which goes first, and gives its bytes back. */
export async function dropWaiting(
  deps: DropDeps,
  tenantId: string,
  upload: Waiting,
  now: number,
): Promise<void> {
  const { id, storageKey, multipartId, restEpoch } = upload
  if (multipartId !== null && upload.state === 'open')
    await deps.storage.abortMultipart({ key: storageKey, id: multipartId })
  if (restEpoch !== null) await deps.storage.delete([restKey(tenantId, upload, restEpoch)])
  const forget = forgetWaiting(tenantId, id)
  if (upload.state === 'done') await deps.db.bookkeep([forget])
  else await giveUp(deps, tenantId, id, now, [forget])
}

/** Forgets uploads of all tenants that have expired, `limits.media.dropped` at once. Tells how many. */
export async function sweepWaiting(deps: DropDeps, now: number, limit: number): Promise<number> {
  const expired = await deps.db.read(findExpired(now, Math.min(limit, limits.media.dropped)))
  for (const { tenantId, ...row } of expired) await dropWaiting(deps, tenantId, toWaiting(row), now)
  return expired.length
}

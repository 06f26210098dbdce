import { changesBetween } from '../../../../kernel/changes.ts'
import { type RequestContext, systemContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { jobOf } from '../../../../kernel/job.ts'
import { limits } from '../../../../kernel/limits.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { requireOperator } from '../../../tenants/index.ts'
import { mediaErrors } from '../../errors.ts'
import { doomObjectsOf, removeObjectsJob } from '../../objects/index.ts'
import type { RemovalDto } from '../../references/index.ts'
import { assetEvents } from '../events.ts'
import { deleteAsset, findAsset, findExpired, findObjectIds, toAsset } from '../repo.ts'
import { AUDITED, type Removal, loadUses, removalOf, requireTarget } from './change-asset.ts'

const DAY = 86_400_000

/**
 * Deletes an asset of the trash for good; a job removes its files from the store. Throws 404, 412,
 * `media.not_in_trash`, and `media.in_use` unless it is forced.
 */
export async function purgeAsset(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  target: Removal,
): Promise<RemovalDto> {
  requirePermission(ctx, 'media:purge')
  const { id } = target
  const tenantId = ctx.tenant.id
  const [row, objects, used] = await Promise.all([
    deps.db.first(findAsset({ tenantId, id })),
    deps.db.read(findObjectIds(tenantId, id)),
    loadUses(deps, ctx, target),
  ])
  if (!row) throw new AppError(errors.notFound)
  const asset = toAsset(row)
  requireTarget(asset, target, 'trashed')
  const { guards, result } = removalOf(ctx, target, used)
  const version = asset.version + 1
  const event = assetEvents.purged
  return commit(deps, ctx, {
    writes: [
      ...guards,
      doomObjectsOf(tenantId, id, ctx.now),
      deleteAsset(tenantId, id, asset.version),
    ],
    events: [eventOf(event, { type: 'media.asset', id, version }, { id })],
    jobs: [jobOf(removeObjectsJob, { objectIds: objects.map((object) => object.id) })],
    audit: {
      action: event.type,
      targetType: 'media.asset',
      targetId: id,
      changes: changesBetween(asset, undefined, AUDITED),
    },
    result,
    refusals: { unused: mediaErrors.inUse },
  })
}

/**
 * Deletes what has been in the trash for `limits.media.trashDays`, of every tenant of every shard. One
 * that fails stops no other. Needs `maintenance:run` in the control tenant.
 */
export async function purgeExpired(deps: Deps, ctx: RequestContext): Promise<undefined> {
  requireOperator(ctx, 'maintenance:run')
  await deps.db.confirm()
  for (const shard of deps.shards.names)
    await purgeShard({ ...deps, db: deps.shards.openUngated(shard) }, ctx.now)
}

async function purgeShard(deps: Deps, now: number): Promise<void> {
  const before = now - limits.media.trashDays * DAY
  for (const { tenantId, id } of await deps.db.read(findExpired(before, limits.media.purged))) {
    const tenant = await deps.tenants.find({ kind: 'id', value: tenantId })
    if (tenant?.status !== 'active') continue
    const permissions = ['media:purge']
    const call = { name: 'media:purge-trash', permissions, id: deps.ids.next(), now }
    try {
      await purgeAsset(deps, systemContext(tenant, call), { id, ifMatch: undefined, force: true })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      const { code } = error.definition
      deps.telemetry.log('warn', 'asset not purged', { assetId: id, code })
    }
  }
}

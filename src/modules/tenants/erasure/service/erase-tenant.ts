import type { Budget } from '../../../../kernel/budget.ts'
import { toRfc3339OrNull } from '../../../../kernel/clock.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { EffectDone } from '../../../../kernel/effect.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { jobOf } from '../../../../kernel/job.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { commit, settleTenant } from '../../../commit/index.ts'
import { tenantsErrors } from '../../errors.ts'
import { findTenant, storedTenant } from '../../repo.ts'
import type { StoredTenant } from '../../types.ts'
import { tenantErased } from '../events.ts'
import { eraseLateJob } from '../jobs.ts'
import { beginErasure, deleteTenant, tallyErased } from '../repo.ts'
import { type ErasureProgress, progressSchema } from '../schemas.ts'
import { emptyTenant } from './empty-tenant.ts'

/** What a run has done for a tenant. */
export interface Erased {
  readonly tenantId: string
  /** Rows that are gone, those of earlier runs among them. */
  readonly rows: number
  /** False when the budget ended first: the next run goes on. */
  readonly isDone: boolean
}

/** How far the erasure of a tenant is; undefined for one that has not begun. */
export function progressOf({ settings }: StoredTenant): ErasureProgress | undefined {
  return progressSchema.safeParse(settings).data
}

/**
 * Erases a tenant whose deletion was requested: rows, objects, cached snapshots, and at last its own
 * row, with one event and one audit entry in the caller's tenant. May be stopped anywhere and run
 * again. From its beginning on the tenant cannot be restored.
 */
export async function eraseTenant(
  deps: Deps,
  ctx: RequestContext,
  found: StoredTenant,
  { skippedBy, budget }: { readonly skippedBy: string | null; readonly budget: Budget },
): Promise<Erased> {
  const there = { ...deps, db: deps.shards.openUngated(found.shard) }
  const start: ErasureProgress = { erased: {}, graceSkippedBy: skippedBy }
  await settleTenant(there, beginErasure(found.id, JSON.stringify(start), ctx.now))
  const begun = await findThere(there, found.id)
  if (!progressOf(begun)) throw new AppError(tenantsErrors.statusRefused)
  await forgetEverywhere(deps, begun)
  const isDone = await emptyTenant(there, found.id, budget, (table) => [
    tallyErased(found.id, table),
  ])
  const emptied = await findThere(there, found.id)
  if (isDone) await removeTenant(deps, ctx, emptied)
  await forgetEverywhere(deps, begun)
  return { tenantId: found.id, rows: rowsOf(emptied), isDone }
}

/** Another run may have ended the tenant meanwhile: throws `not_found`. */
async function findThere({ db }: Pick<Deps, 'db'>, id: string): Promise<StoredTenant> {
  const row = await db.first(findTenant({ kind: 'id', value: id }))
  if (!row) throw new AppError(errors.notFound)
  return storedTenant(row)
}

function rowsOf(tenant: StoredTenant): number {
  return Object.values(progressOf(tenant)?.erased ?? {}).reduce((sum, rows) => sum + rows, 0)
}

/** Drops what this isolate and the shared cache hold of a tenant; elsewhere it fades. */
async function forgetEverywhere(deps: Deps, tenant: StoredTenant): Promise<void> {
  for (const { slug } of deps.modules) deps.publicCache.invalidate(tenant.id, slug)
  await deps.tenants.forget(tenant)
}

/**
 * One commit in the caller's tenant. The row of a tenant on another shard goes behind it; the inbox
 * keeps a second run from telling of it again.
 */
async function removeTenant(deps: Deps, ctx: RequestContext, tenant: StoredTenant): Promise<void> {
  const { id, shard } = tenant
  const isHere = shard === ctx.tenant.shard
  const once = { ...ctx, effect: { subscriber: 'tenants:erase', eventId: id } }
  const progress = progressOf(tenant)
  const aggregate = { type: 'tenant', id, version: tenant.sequence + 1 }
  try {
    await commit(deps, isHere ? ctx : once, {
      writes: isHere ? [{ statement: deleteTenant(id), guard: 'row_found' }] : [],
      events: [eventOf(tenantErased, aggregate, { rows: rowsOf(tenant) })],
      jobs: [
        jobOf(
          eraseLateJob,
          { tenantId: id, shard },
          { dueAt: ctx.now + limits.erasure.lateMilliseconds },
        ),
      ],
      audit: {
        action: tenantErased.type,
        targetType: 'tenant',
        targetId: id,
        changes: {
          requestedAt: toRfc3339OrNull(tenant.deletionRequestedAt),
          graceSkippedBy: progress?.graceSkippedBy ?? null,
          rows: progress?.erased ?? {},
        },
      },
      result: undefined,
    })
  } catch (error) {
    if (!(error instanceof EffectDone)) throw error
  }
  if (!isHere) await settleTenant({ db: deps.shards.openUngated(shard) }, deleteTenant(id))
}

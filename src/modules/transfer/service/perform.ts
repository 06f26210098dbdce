import { openBudget } from '../../../kernel/budget.ts'
import type { RequestContext, TenantSnapshot } from '../../../kernel/context.ts'
import { EffectDone } from '../../../kernel/effect.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { type EventType, eventOf } from '../../../kernel/events.ts'
import type { JobRequest, JobRun } from '../../../kernel/job.ts'
import { limits } from '../../../kernel/limits.ts'
import type { Deps } from '../../../ports/deps.ts'
import { commit } from '../../commit/index.ts'
import { exportFinished, importFinished } from '../events.ts'
import type { ExportPayload, ImportPayload, Manifest } from '../schemas.ts'
import { exportTenant } from './export-tenant.ts'
import { importTenant } from './import-tenant.ts'

/** What a transfer that has ended is told by. */
export interface Moved {
  readonly tenantId: string
  readonly rows: number
  readonly objects: number
}

/**
 * A run of an export; undefined when there is more to do. The export has the id of its job; the jobs
 * that follow it are added when it is told of.
 */
export async function performExport(
  deps: Deps,
  ctx: RequestContext,
  { tenantId }: ExportPayload,
  run: JobRun,
  following: readonly JobRequest[],
): Promise<Moved | undefined> {
  const tenant = await findTenant(deps, tenantId)
  const call = { ownerId: ctx.tenant.id, id: run.id, tenant }
  const manifest = await exportTenant(
    deps,
    call,
    openBudget(deps, limits.transfer, run.signal),
    run.progress,
  )
  if (!manifest) return undefined
  return tell(deps, run, { definition: exportFinished, tenantId, manifest, jobs: following })
}

/** A run of an import; undefined when there is more to do. */
export async function performImport(
  deps: Deps,
  ctx: RequestContext,
  { exportId, tenantId }: ImportPayload,
  run: JobRun,
): Promise<Moved | undefined> {
  const tenant = await findTenant(deps, tenantId)
  const call = { ownerId: ctx.tenant.id, id: run.id, exportId, tenant }
  const tools = { budget: openBudget(deps, limits.transfer, run.signal), report: run.progress }
  const manifest = await importTenant(deps, ctx, call, tools)
  if (!manifest) return undefined
  return tell(deps, run, { definition: importFinished, tenantId, manifest, jobs: [] })
}

async function findTenant({ tenants }: Pick<Deps, 'tenants'>, id: string): Promise<TenantSnapshot> {
  const tenant = await tenants.refresh(id)
  if (!tenant || tenant.isControl || tenant.status === 'deleting')
    throw new AppError(errors.notFound, { detail: 'The tenant is gone.' })
  return tenant
}

/** One commit in the control tenant, however often the last run is repeated. */
async function tell(
  deps: Deps,
  run: JobRun,
  told: {
    readonly definition: EventType<Moved>
    readonly tenantId: string
    readonly manifest: Manifest
    readonly jobs: readonly JobRequest[]
  },
): Promise<Moved> {
  const { definition, tenantId, manifest, jobs } = told
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
  const moved = { tenantId, rows, objects: manifest.objects.rows }
  const aggregate = { type: 'transfer', id: run.id, version: 1 }
  try {
    return await commit(deps, run.once('done'), {
      writes: [],
      events: [eventOf(definition, aggregate, moved)],
      jobs,
      audit: {
        action: definition.type,
        targetType: 'tenant',
        targetId: tenantId,
        changes: { ...moved, id: run.id },
      },
      result: moved,
    })
  } catch (error) {
    if (error instanceof EffectDone) return moved
    throw error
  }
}

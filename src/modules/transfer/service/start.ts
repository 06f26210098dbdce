import type { RequestContext, TenantSnapshot } from '../../../kernel/context.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { type JobRequest, jobOf } from '../../../kernel/job.ts'
import { limits } from '../../../kernel/limits.ts'
import type { Deps } from '../../../ports/deps.ts'
import { commit } from '../../commit/index.ts'
import { requireOperator, tenantKeyOf, tenantsErrors } from '../../tenants/index.ts'
import { transferErrors } from '../errors.ts'
import { exportJob, importJob } from '../jobs.ts'
import type { Started } from '../schemas.ts'
import { readManifest } from './files.ts'
import { startRules } from './start-rules.ts'

/**
 * Starts the export of a tenant. Needs `transfers:run` in the control tenant. Throws `not_found`,
 * `tenants.control_protected`, and as `startRules`.
 */
export async function startExport(
  deps: Deps,
  ctx: RequestContext,
  { target }: { readonly target: string },
): Promise<Started> {
  requireOperator(ctx, 'transfers:run')
  const { id: tenantId } = await findTenant(deps, target)
  const id = deps.ids.next()
  return start(deps, ctx, jobOf(exportJob, { tenantId }, { id }), { id, tenantId })
}

/**
 * Starts the import of a complete export into a tenant, which must be empty when its turn comes. Needs
 * `transfers:run` in the control tenant. Throws `not_found`, `transfer.not_complete`,
 * `tenants.control_protected`, and as `startRules`.
 */
export async function startImport(
  deps: Deps,
  ctx: RequestContext,
  { exportId, target }: { readonly exportId: string; readonly target: string },
): Promise<Started> {
  requireOperator(ctx, 'transfers:run')
  if (!(await readManifest(deps, ctx.tenant.id, exportId)))
    throw new AppError(transferErrors.notComplete)
  const { id: tenantId } = await findTenant(deps, target)
  const id = deps.ids.next()
  return start(deps, ctx, jobOf(importJob, { exportId, tenantId }, { id }), { id, tenantId })
}

/**
 * Starts the export of a tenant, which the import into an empty one follows. Answers the export. Needs
 * and throws what both do.
 */
export async function startClone(
  deps: Deps,
  ctx: RequestContext,
  { source, target }: { readonly source: string; readonly target: string },
): Promise<Started> {
  requireOperator(ctx, 'transfers:run')
  const [from, into] = await Promise.all([findTenant(deps, source), findTenant(deps, target)])
  const id = deps.ids.next()
  const job = jobOf(exportJob, { tenantId: from.id, into: into.id }, { id })
  return start(deps, ctx, job, { id, tenantId: into.id })
}

async function findTenant(
  { tenants }: Pick<Deps, 'tenants'>,
  name: string,
): Promise<TenantSnapshot> {
  const key = tenantKeyOf(name)
  const tenant = key && (await tenants.find(key))
  if (!tenant || tenant.status === 'deleting') throw new AppError(errors.notFound)
  if (tenant.isControl) throw new AppError(tenantsErrors.controlProtected)
  return tenant
}

function start(
  deps: Deps,
  ctx: RequestContext,
  job: JobRequest,
  started: Started,
): Promise<Started> {
  const rules = startRules(ctx, job, { perDay: limits.transfer.perDay })
  return commit(deps, ctx, {
    writes: rules.writes,
    events: [],
    jobs: [job],
    audit: {
      action: `${job.name.replace(':', '.')}.started`,
      targetType: 'tenant',
      targetId: started.tenantId,
      changes: { id: started.id },
    },
    result: started,
    refusals: rules.refusals,
  })
}

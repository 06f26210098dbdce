import { openBudget } from '../../../../kernel/budget.ts'
import { toRfc3339 } from '../../../../kernel/clock.ts'
import type { Principal, RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { Progress } from '../../../../kernel/module.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { tenantKeyOf } from '../../domain.ts'
import { tenantsErrors } from '../../errors.ts'
import { requireOperator } from '../../service/access.ts'
import { findStored, readEverywhere } from '../../service/shard.ts'
import type { StoredTenant } from '../../types.ts'
import { findDue } from '../repo.ts'
import type { EraseInput } from '../schemas.ts'
import { type Erased, eraseTenant, progressOf } from './erase-tenant.ts'

const DAY = 86_400_000

/**
 * Erases the named tenant, or each whose grace period is over, until the budget of `limits.erasure`
 * ends; the next run goes on. Needs `maintenance:run` in the control tenant, and `tenants:delete` to
 * skip the grace period.
 *
 * Throws `not_found`, `tenants.control_protected`, `tenants.status_refused` for a tenant whose
 * deletion was not requested, and `tenants.grace_period`.
 */
export async function eraseTenants(
  deps: Deps,
  ctx: RequestContext,
  { target, now }: EraseInput,
  progress: Progress,
): Promise<{ erased: Erased[] }> {
  requireOperator(ctx, 'maintenance:run')
  if (now) requirePermission(ctx, 'tenants:delete', null)
  const endsAt = ctx.now - deps.settings.tenantGraceDays * DAY
  const wanted =
    target === undefined
      ? await findAllDue(deps, ctx, endsAt)
      : [await findNamed(deps, target, now ? ctx.now : endsAt)]
  const budget = openBudget(deps, limits.erasure)
  const erased: Erased[] = []
  for (const each of wanted) {
    const isEarly = (each.deletionRequestedAt ?? 0) > endsAt
    const skippedBy = isEarly ? nameOf(ctx.principal) : null
    const done = await eraseTenant(deps, ctx, each, { skippedBy, budget })
    erased.push(done)
    progress(`${done.tenantId}: ${done.rows}`)
    if (!done.isDone) break
  }
  return { erased }
}

async function findAllDue(
  deps: Deps,
  ctx: RequestContext,
  requestedBy: number,
): Promise<StoredTenant[]> {
  const rows = await readEverywhere(deps, ctx, findDue(requestedBy, limits.erasure.tenants))
  const found = await Promise.all(rows.map(({ id }) => findStored(deps, { kind: 'id', value: id })))
  return found.flatMap((tenant) => tenant ?? [])
}

async function findNamed(deps: Deps, name: string, requestedBy: number): Promise<StoredTenant> {
  const key = tenantKeyOf(name)
  const tenant = key && (await findStored(deps, key))
  if (!tenant) throw new AppError(errors.notFound)
  if (tenant.isControl) throw new AppError(tenantsErrors.controlProtected)
  const { status, deletionRequestedAt } = tenant
  if (status !== 'deleting' || deletionRequestedAt === null)
    throw new AppError(tenantsErrors.statusRefused, { detail: `The tenant is ${status}.` })
  if (deletionRequestedAt > requestedBy && !progressOf(tenant)) {
    const until = toRfc3339(deletionRequestedAt + deps.settings.tenantGraceDays * DAY)
    throw new AppError(tenantsErrors.gracePeriod, { detail: `It ends at ${until}.` })
  }
  return tenant
}

function nameOf(principal: Principal): string {
  switch (principal.kind) {
    case 'user':
      return `user:${principal.userId}`
    case 'key':
      return `key:${principal.keyId}`
    case 'system':
      return principal.name
    case 'anonymous':
      return principal.kind
  }
}

import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, StaleTenantError, errors } from '../../../../kernel/errors.ts'
import { disableEndpoint as disableWrite, findEndpoint, toEndpoint } from '../repo.ts'
import type { DisabledReason } from '../../types.ts'
import { type WriteDeps, commitEndpoint } from './shared.ts'

/** How often the tenant or the endpoint may have changed meanwhile. */
const TRIES = 3

/** Disables an endpoint by itself and tells its owner. Nothing happens to one that is disabled or gone. */
export async function disableByItself(
  deps: WriteDeps,
  ctx: RequestContext,
  id: string,
  reason: DisabledReason,
): Promise<void> {
  for (let left = TRIES; left > 0; left--) {
    const row = await deps.db.first(findEndpoint({ tenantId: ctx.tenant.id, id }))
    const tenant = await deps.tenants.refresh(ctx.tenant.id)
    if (!row || !tenant || row.state === 'disabled') return
    const before = toEndpoint(row)
    try {
      await commitEndpoint(
        deps,
        { ...ctx, tenant },
        {
          after: {
            ...before,
            state: 'disabled',
            disabledReason: reason,
            version: before.version + 1,
          },
          happened: 'disabled',
          write: disableWrite(tenant.id, before, reason, ctx.now),
          by: -1,
          changes: { url: before.url, reason },
          result: null,
        },
      )
      return
    } catch (error) {
      if (left === 1 || !hasChanged(error)) throw error
    }
  }
}

function hasChanged(error: unknown): boolean {
  if (error instanceof StaleTenantError) return true
  return error instanceof AppError && error.definition === errors.preconditionFailed
}

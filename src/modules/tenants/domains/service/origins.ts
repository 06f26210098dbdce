import type { RequestContext } from '../../../../kernel/context.ts'
import { eventOf } from '../../../../kernel/events.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { originsReplaced } from '../events.ts'
import { replaceOrigins } from '../repo.ts'
import type { OriginsDto } from '../schemas.ts'
import { readSettings, requireReach, updateSettings } from '../../service/access.ts'
import { type ChangeDeps, changeTenant, openTenant } from '../../service/change.ts'

/** The browser origins that may call the tenant's API. */
export async function getOrigins(
  deps: Pick<Deps, 'db' | 'shards'>,
  ctx: RequestContext,
  input: { readonly tenantId: string },
): Promise<OriginsDto> {
  requireReach(ctx, input.tenantId, readSettings)
  const tenant = await openTenant(deps, ctx, input.tenantId)
  return { origins: [...tenant.origins] }
}

/** Replaces the list; repeated origins count once. */
export async function setOrigins(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: { readonly tenantId: string; readonly origins: readonly string[] },
): Promise<OriginsDto> {
  requireReach(ctx, input.tenantId, updateSettings)
  const tenant = await openTenant(deps, ctx, input.tenantId)
  const origins = [...new Set(input.origins)].sort()
  return changeTenant(deps, ctx, tenant, {
    patch: { origins },
    writes: replaceOrigins(tenant.id, origins, ctx.now),
    event: (aggregate) => eventOf(originsReplaced, aggregate, { origins }),
    audit: { origins: { before: tenant.origins, after: origins } },
    result: () => ({ origins }),
  })
}

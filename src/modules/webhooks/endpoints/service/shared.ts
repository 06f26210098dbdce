import { toRfc3339, toRfc3339OrNull } from '../../../../kernel/clock.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors, invalid } from '../../../../kernel/errors.ts'
import type { DomainEvent } from '../../../../kernel/events.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { type ExpectedVersion, requireVersion } from '../../../../kernel/version.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { FetchFailure } from '../../../../ports/fetcher.ts'
import { type Write, commit } from '../../../commit/index.ts'
import { countWebhookEndpoints } from '../../../tenants/index.ts'
import { webhooksErrors } from '../../errors.ts'
import { endpointDisabled, endpointEvents } from '../events.ts'
import type { Endpoint } from '../../types.ts'
import { findEndpoint, toEndpoint } from '../repo.ts'
import type { EndpointDto } from '../schemas.ts'

export type WriteDeps = Pick<Deps, CommitPort | 'tenants'>

/** The version that the client has seen, from `If-Match`. */
export interface Expected {
  readonly ifMatch: ExpectedVersion
}

/** An endpoint as clients see it: without its secrets. */
export function endpointDto(endpoint: Endpoint): EndpointDto {
  const { secret: _, previousSecret: __, ...rest } = endpoint
  return {
    ...rest,
    events: [...endpoint.events],
    fields: endpoint.fields && [...endpoint.fields],
    failingSince: toRfc3339OrNull(endpoint.failingSince),
    pausedUntil: toRfc3339OrNull(endpoint.pausedUntil),
    previousSecretUntil: toRfc3339OrNull(endpoint.previousSecretUntil),
    createdAt: toRfc3339(endpoint.createdAt),
    updatedAt: toRfc3339(endpoint.updatedAt),
  }
}

/** An endpoint to be changed. Throws 404, and 412 when the client has seen another version. */
export async function loadEndpoint(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  { id, ifMatch }: { readonly id: string } & Expected,
): Promise<Endpoint> {
  requirePermission(ctx, 'webhooks:manage')
  const row = await deps.db.first(findEndpoint({ tenantId: ctx.tenant.id, id }))
  if (!row) throw new AppError(errors.notFound)
  requireVersion(row.version, ifMatch)
  return toEndpoint(row)
}

/** Throws 422 for a URL that no webhook may go to at this moment. */
export async function requireTarget(deps: Pick<Deps, 'fetcher'>, url: string): Promise<void> {
  try {
    await deps.fetcher.check(url)
  } catch (error) {
    if (error instanceof FetchFailure) throw invalid('/url', error.message)
    throw error
  }
}

/** What a change of an endpoint is called. */
type Happened = keyof typeof endpointEvents | 'disabled'

/** A change of an endpoint. `by` is what it adds to the endpoints that are told of events. */
export interface EndpointChange<Result> {
  readonly after: Endpoint
  readonly happened: Happened
  readonly write: Write
  readonly by: 1 | 0 | -1
  readonly changes: Readonly<Record<string, unknown>>
  readonly result: Result
}

/**
 * Commits a change of an endpoint, with the tenant's count of those that are told of events, and
 * gives the new count to the tenant directory. Throws 412 and `webhooks.too_many`.
 */
export async function commitEndpoint<Result>(
  deps: WriteDeps,
  ctx: RequestContext,
  change: EndpointChange<Result>,
): Promise<Result> {
  const { after, happened, by } = change
  const event = eventFor(after, happened)
  const result = await commit(deps, ctx, {
    writes: [
      change.write,
      ...(by === 0
        ? []
        : [
            {
              statement: countWebhookEndpoints(ctx.tenant, by, ctx.now),
              guard: 'tenant_current' as const,
            },
          ]),
    ],
    events: [event],
    audit: {
      action: event.type,
      targetType: 'webhooks.endpoint',
      targetId: after.id,
      changes: change.changes,
    },
    result: change.result,
    refusals: { state_allows: webhooksErrors.tooMany },
  })
  if (by !== 0) {
    const { tenant } = ctx
    const webhookEndpoints = tenant.webhookEndpoints + by
    await deps.tenants.replace(tenant, { ...tenant, version: tenant.version + 1, webhookEndpoints })
  }
  return result
}

function eventFor({ id, url, version, disabledReason }: Endpoint, happened: Happened): DomainEvent {
  const aggregate = { type: 'webhooks.endpoint', id, version }
  if (happened !== 'disabled') return eventOf(endpointEvents[happened], aggregate, { id })
  return eventOf(endpointDisabled, aggregate, { id, url, reason: disabledReason ?? 'manual' })
}

import { toRfc3339 } from '../../../../kernel/clock.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { firstIdAt } from '../../../../kernel/ids.ts'
import { limits } from '../../../../kernel/limits.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { loadEndpoint } from '../../endpoints/index.ts'
import { webhooksErrors } from '../../errors.ts'
import type { Endpoint } from '../../types.ts'
import { findDelivery, findDue, findFailed, insertDeliveries, queueAgain } from '../repo.ts'
import type { DeliveryDto, ResentDto } from '../schemas.ts'
import { deliveryDto } from './log.ts'
import { jobsFor } from './queue.ts'

type ResendDeps = Pick<Deps, CommitPort>

/** The type of a test event. It is no event of the catalogue and nothing has happened. */
const PING = 'webhooks.ping'

/**
 * Sends a delivery again under its `webhook-id`, from its first try on. Throws 404,
 * `webhooks.delivery_pending` and `webhooks.endpoint_disabled`.
 */
export async function resendDelivery(
  deps: ResendDeps,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<DeliveryDto> {
  requirePermission(ctx, 'webhooks:manage')
  const key = { tenantId: ctx.tenant.id, id }
  const [row, due] = await Promise.all([
    deps.db.first(findDelivery(key)),
    deps.db.first(findDue(key)),
  ])
  if (!row || !due) throw new AppError(errors.notFound)
  if (due.endpointState !== 'enabled') throw new AppError(webhooksErrors.endpointDisabled)
  const { body: _, ...delivery } = row
  return commit(deps, ctx, {
    writes: [queueAgain(ctx.tenant.id, [id])],
    events: [],
    jobs: jobsFor([id]),
    audit: {
      action: 'webhooks.delivery.resent',
      targetType: 'webhooks.delivery',
      targetId: id,
      changes: { endpointId: row.endpointId, eventId: row.eventId },
    },
    result: deliveryDto({
      ...delivery,
      state: 'pending',
      attempts: 0,
      nextAttemptAt: null,
      finishedAt: null,
    }),
    refusals: { state_allows: webhooksErrors.deliveryPending },
  })
}

/** Sends again what an endpoint has not taken since an instant; at most `limits.webhooks.resend`. */
export async function resendFailed(
  deps: ResendDeps,
  ctx: RequestContext,
  { id, since }: { readonly id: string; readonly since: string },
): Promise<ResentDto> {
  const tenantId = ctx.tenant.id
  const limit = limits.webhooks.resend + 1
  const from = firstIdAt(Date.parse(since))
  const [endpoint, rows] = await Promise.all([
    loadEnabled(deps, ctx, id),
    deps.db.read(findFailed({ tenantId, endpointId: id, from, limit })),
  ])
  const ids = rows.slice(0, limits.webhooks.resend).map((row) => row.id)
  const result = { queued: ids.length, hasMore: rows.length > ids.length }
  if (ids.length === 0) return result
  return commit(deps, ctx, {
    writes: [queueAgain(tenantId, ids)],
    events: [],
    jobs: jobsFor(ids),
    audit: {
      action: 'webhooks.deliveries.resent',
      targetType: 'webhooks.endpoint',
      targetId: endpoint.id,
      changes: { since, count: ids.length },
    },
    result,
  })
}

/** Sends a test event to one endpoint. Throws 404 and `webhooks.endpoint_disabled`. */
export async function pingEndpoint(
  deps: ResendDeps,
  ctx: RequestContext,
  { id: endpointId }: { readonly id: string },
): Promise<DeliveryDto> {
  const { url } = await loadEnabled(deps, ctx, endpointId)
  const [id, eventId] = [deps.ids.next(), deps.ids.next()]
  const data = { message: 'This is a test.', endpointId }
  const about = { id: eventId, type: PING, version: 1, timestamp: toRfc3339(ctx.now) }
  const body = JSON.stringify({ ...about, tenantId: ctx.tenant.id, data })
  const added = { id, endpointId, eventId, eventType: PING, body }
  return commit(deps, ctx, {
    writes: [insertDeliveries(ctx.tenant.id, [added], ctx.now)],
    events: [],
    jobs: jobsFor([id]),
    audit: {
      action: 'webhooks.endpoint.tested',
      targetType: 'webhooks.endpoint',
      targetId: endpointId,
      changes: { url },
    },
    result: deliveryDto({
      id,
      endpointId,
      eventId,
      eventType: PING,
      state: 'pending',
      attempts: 0,
      nextAttemptAt: null,
      status: null,
      latencyMs: null,
      error: null,
      createdAt: ctx.now,
      finishedAt: null,
    }),
  })
}

async function loadEnabled(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  id: string,
): Promise<Endpoint> {
  const endpoint = await loadEndpoint(deps, ctx, { id, ifMatch: undefined })
  if (endpoint.state !== 'enabled') throw new AppError(webhooksErrors.endpointDisabled)
  return endpoint
}

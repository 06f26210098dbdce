import { toRfc3339, toRfc3339OrNull } from '../../../../kernel/clock.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { BEYOND_IDS } from '../../../../kernel/cursor.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { firstIdAt } from '../../../../kernel/ids.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { Page } from '../../../../kernel/schemas.ts'
import type { Deps } from '../../../../ports/deps.ts'
import type { Delivery } from '../../types.ts'
import { findAttempts, findDelivery, listDeliveries as listQuery } from '../repo.ts'
import type { DeliveriesQuery, DeliveryDetailsDto, DeliveryDto } from '../schemas.ts'

/** Deliveries by endpoint, type, state and time, newest first. */
export async function listDeliveries(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  input: DeliveriesQuery,
): Promise<Page<DeliveryDto>> {
  requirePermission(ctx, 'webhooks:read')
  const { limit, cursor, ...filters } = input
  const { endpointId = null, type = null, state = null, since, until } = filters
  const scope = `${ctx.tenant.id} webhooks.deliveries ${JSON.stringify(filters)}`
  const [seen = BEYOND_IDS] = cursor === undefined ? [] : await deps.cursors.decode(scope, cursor)
  const from = since === undefined ? '' : firstIdAt(Date.parse(since))
  const end = until === undefined ? BEYOND_IDS : firstIdAt(Date.parse(until))
  const before = String(seen) < end ? String(seen) : end
  const shape = { endpointId: endpointId !== null, type: type !== null, state: state !== null }
  const values = { tenantId: ctx.tenant.id, endpointId, type, state, from, before }
  const rows = await deps.db.read(listQuery(shape, { ...values, limit: limit + 1 }))
  const items = rows.slice(0, limit).map(deliveryDto)
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, nextCursor: last ? await deps.cursors.encode(scope, [last.id]) : null }
}

/** One delivery with its body and all its tries. Throws 404. */
export async function getDelivery(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<DeliveryDetailsDto> {
  requirePermission(ctx, 'webhooks:read')
  const key = { tenantId: ctx.tenant.id, id }
  const [row, log] = await Promise.all([
    deps.db.first(findDelivery(key)),
    deps.db.read(findAttempts(key)),
  ])
  if (!row) throw new AppError(errors.notFound)
  const { body, ...delivery } = row
  return {
    ...deliveryDto(delivery),
    body,
    log: log.map((attempt) => ({ ...attempt, attemptedAt: toRfc3339(attempt.attemptedAt) })),
  }
}

/** A delivery as clients see it. */
export function deliveryDto(delivery: Delivery): DeliveryDto {
  return {
    ...delivery,
    nextAttemptAt: toRfc3339OrNull(delivery.nextAttemptAt),
    createdAt: toRfc3339(delivery.createdAt),
    finishedAt: toRfc3339OrNull(delivery.finishedAt),
  }
}

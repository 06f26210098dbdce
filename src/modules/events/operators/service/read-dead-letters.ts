import type * as z from 'zod'
import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { requirePermission, scopeOf } from '../../../../kernel/permissions.ts'
import type { Page } from '../../../../kernel/schemas.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { outboxFigures } from '../../repo.ts'
import { payloadTextOf } from '../../service/hold.ts'
import { toDeadLetter, toOutboxState } from '../domain.ts'
import { findDead, findDeadById } from '../repo.ts'
import { type deadLettersQuery, filterOf } from '../schemas.ts'
import type { DeadLetter, DeadLetterDetail, OutboxState } from '../types.ts'

/** What the outbox owes the tenant's subscribers. Needs `events:read`. */
export async function getOutbox(deps: Pick<Deps, 'db'>, ctx: RequestContext): Promise<OutboxState> {
  requirePermission(ctx, 'events:read', null)
  const [figures] = await deps.db.read(outboxFigures(ctx.tenant.id))
  return toOutboxState(figures ?? { owed: 0, oldest: null, retried: 0, dead: 0 }, ctx.now)
}

/** The tenant's dead letters without what they say, newest first. Needs `events:read`. */
export async function listDeadLetters(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  input: z.infer<typeof deadLettersQuery>,
): Promise<Page<DeadLetter>> {
  requirePermission(ctx, 'events:read', null)
  const { limit, cursor, ...criteria } = input
  const filter = filterOf(criteria)
  const scope = `${ctx.tenant.id} events.dead ${JSON.stringify(filter)}`
  const [before] = cursor === undefined ? [] : await deps.cursors.decode(scope, cursor)
  const rows = await deps.db.read(
    findDead(ctx.tenant.id, filter, {
      before: before === undefined ? null : Number(before),
      limit: limit + 1,
    }),
  )
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return {
    items: page.map(toDeadLetter),
    nextCursor: last ? await deps.cursors.encode(scope, [last.seq]) : null,
  }
}

/**
 * One dead letter; what it says only for those who may manage events. Needs `events:read`.
 * Throws `not_found`.
 */
export async function getDeadLetter(
  deps: Pick<Deps, 'db' | 'payloads'>,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<DeadLetterDetail> {
  requirePermission(ctx, 'events:read', null)
  const row = await deps.db.first(findDeadById(ctx.tenant.id, input.id))
  if (!row) throw new AppError(errors.notFound)
  const maySee = scopeOf(ctx.principal, 'events:manage') === 'any'
  const text = maySee ? await payloadTextOf(deps, row) : undefined
  return { ...toDeadLetter(row), payload: text === undefined ? null : JSON.parse(text) }
}

import type * as z from 'zod'
import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { limits } from '../../../../kernel/limits.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { Statement } from '../../../../kernel/statement.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { type DeadKey, countGuard, findDeadKeys, purgeDead, redriveDead } from '../repo.ts'
import { filterOf, type redriveBody } from '../schemas.ts'
import type { ChangedDeadLetters } from '../types.ts'

type ChangeDeps = Pick<Deps, CommitPort>
type Filter = z.infer<typeof redriveBody>

/**
 * Gives the dead letters of a filter again, under their ids, to the subscribers that have not had
 * their effect: the oldest `limits.events.redrive` at a time. Needs `events:manage`. Throws
 * `not_found` for an id that is no dead letter's, and `conflict` when one of them has changed
 * meanwhile; nothing is changed then.
 */
export async function redriveDeadLetters(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: Filter,
): Promise<ChangedDeadLetters> {
  const { result } = await change(deps, ctx, input, {
    what: 'redriven',
    statement: (seqs) => redriveDead(ctx.tenant.id, seqs, ctx.now),
  })
  if (result.count > 0) deps.bus.publish({ tenant: ctx.tenant, events: [], owes: true })
  return result
}

/**
 * Forgets the dead letters of a filter and their payloads for ever, the oldest `limits.events.redrive`
 * at a time. Needs `events:manage`. Throws as `redriveDeadLetters`.
 */
export async function purgeDeadLetters(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: Filter,
): Promise<ChangedDeadLetters> {
  const { found, result } = await change(deps, ctx, input, {
    what: 'purged',
    statement: (seqs) => purgeDead(ctx.tenant.id, seqs),
  })
  const keys = found.flatMap(({ payloadKey }) => payloadKey ?? [])
  if (keys.length > 0) await deps.payloads.remove(keys)
  return result
}

async function change(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: Filter,
  made: {
    readonly what: 'redriven' | 'purged'
    readonly statement: (seqs: readonly number[]) => Statement
  },
): Promise<{ found: DeadKey[]; result: ChangedDeadLetters }> {
  requirePermission(ctx, 'events:manage', null)
  const most = limits.events.redrive
  const all = await deps.db.read(findDeadKeys(ctx.tenant.id, filterOf(input), most + 1))
  const found = all.slice(0, most)
  const result = { count: found.length, hasMore: all.length > most }
  if (found.length === 0 && input.id !== undefined) throw new AppError(errors.notFound)
  if (found.length === 0) return { found, result }
  await commit(deps, ctx, {
    writes: [
      { statement: made.statement(found.map(({ seq }) => seq)) },
      { statement: countGuard(found.length) },
    ],
    events: [],
    audit: {
      action: `events.dead_letters.${made.what}`,
      targetType: 'dead_letters',
      targetId: input.id ?? '*',
      changes: { filter: input, ...result },
    },
    result,
  })
  return { found, result }
}

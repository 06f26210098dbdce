import type { RequestContext } from '../../kernel/context.ts'
import {
  AppError,
  type ErrorDefinition,
  StaleKeyError,
  StaleTenantError,
  errors,
} from '../../kernel/errors.ts'
import type { DomainEvent } from '../../kernel/events.ts'
import { EffectDone, LeaseLost } from '../../kernel/effect.ts'
import { limits } from '../../kernel/limits.ts'
import type { Statement } from '../../kernel/statement.ts'
import { DatabaseError, type Gate } from '../../ports/database.ts'
import type { CommitPort, Deps } from '../../ports/deps.ts'
import {
  COMMITTED_BEFORE,
  EFFECT_DONE,
  KEY_USED,
  type OutboxEntry,
  auditFacts,
  auditStatement,
  effectStatement,
  emptyTable,
  fenceStatement,
  findKey,
  guardStatement,
  jobsStatement,
  keyStatement,
  outboxStatement,
} from './repo.ts'
import { auditMac, commitTables } from './domain.ts'
import type { Commit, GuardRule, Refusals } from './types.ts'

/** What a commit needs. */
export type CommitDeps = Pick<Deps, CommitPort>

/** Thrown instead of an answer when the request's idempotency key has one already. */
export class ReplayedResult extends Error {
  readonly result: unknown

  constructor(result: unknown) {
    super('the idempotency key has an answer')
    this.result = result
  }
}

const refusalsByDefault: Readonly<Record<GuardRule, ErrorDefinition>> = {
  session_alive: errors.unauthenticated,
  tenant_current: errors.conflict,
  version_matches: errors.preconditionFailed,
  row_found: errors.notFound,
  state_allows: errors.conflict,
  reference_exists: errors.invalidInput,
  unused: errors.conflict,
  last_one_stays: errors.conflict,
  lease_held: errors.conflict,
  key_current: errors.conflict,
  stepped_up: errors.forbidden,
}

/**
 * The only write path: state, audit row, idempotency key and outbox rows in one atomic batch and one
 * round trip. Returns the commit's result.
 *
 * Throws the refusal of the constraint that broke, `ReplayedResult` when the idempotency key has an
 * answer, `EffectDone` when the context's effect was committed before, `LeaseLost` when another
 * worker has taken over, and `unavailable` when the database gave none; a lost answer is asked for again, and the
 * audit row's id tells whether the first attempt was written.
 */
export async function commit<Result>(
  deps: CommitDeps,
  ctx: RequestContext,
  change: Commit<Result>,
): Promise<Result> {
  const facts = auditFacts(ctx, deps.ids.next(), change.audit)
  const statements: [Statement, ...Statement[]] = [
    auditStatement({ ...facts, mac: await auditMac(deps, facts) }),
  ]
  if (ctx.effect) statements.push(effectStatement(ctx.tenant.id, ctx.effect, ctx.now))
  if (ctx.fence) statements.push(fenceStatement(ctx.tenant.id, ctx.fence))
  if (ctx.idempotency) {
    const result = JSON.stringify(change.result ?? null)
    statements.push(keyStatement(ctx.tenant.id, ctx.idempotency, result, ctx.now))
  }
  for (const write of change.writes) {
    statements.push(write.statement)
    if (write.guard) statements.push(guardStatement(write.guard))
  }
  const entries = await Promise.all(change.events.map((event) => entryOf(deps, ctx, event)))
  if (entries.length > 0) statements.push(outboxStatement(ctx, entries))
  const jobs = change.jobs ?? []
  if (jobs.length > 0) statements.push(jobsStatement(ctx, deps.ids, jobs))
  try {
    await deps.db.write(statements, COMMITTED_BEFORE)
  } catch (error) {
    await forgetPayloads(deps, entries, error)
    throw await explain(deps, ctx, error, change.refusals ?? {})
  }
  for (const event of change.events)
    deps.publicCache.invalidate(ctx.tenant.id, moduleOf(event.type))
  const owes = jobs.length > 0 || entries.some(({ settledAt }) => settledAt === null)
  deps.bus.publish({ tenant: ctx.tenant, events: change.events, owes })
  return change.result
}

/** An event that nobody awaits is settled from the start; a payload too large for a row is kept aside. */
async function entryOf(
  deps: Pick<CommitDeps, 'ids' | 'isAwaited' | 'payloads'>,
  ctx: RequestContext,
  event: DomainEvent,
): Promise<OutboxEntry> {
  const id = deps.ids.next()
  const payload = JSON.stringify(event.payload)
  const isLarge = payload.length > limits.events.payloadInRow
  const payloadKey = isLarge ? `${ctx.tenant.id}/events/${id}.json` : null
  if (payloadKey !== null) await deps.payloads.put(payloadKey, payload)
  return {
    id,
    type: event.type,
    version: event.version,
    aggregateType: event.aggregate.type,
    aggregateId: event.aggregate.id,
    aggregateVersion: event.aggregate.version,
    payload: isLarge ? '' : payload,
    payloadKey,
    settledAt: deps.isAwaited(event.type, ctx.tenant) ? null : ctx.now,
  }
}

/**
 * Removes the payloads that were kept aside for a commit that the database has refused. Those of a
 * commit that may have been written stay.
 */
async function forgetPayloads(
  deps: Pick<CommitDeps, 'payloads'>,
  entries: readonly OutboxEntry[],
  error: unknown,
): Promise<void> {
  const keys = entries.flatMap(({ payloadKey }) => payloadKey ?? [])
  const isRefused = error instanceof DatabaseError && error.failure.kind === 'constraint'
  if (!isRefused || keys.length === 0) return
  // What is left over harms nobody; the refusal is what the caller must hear of.
  await deps.payloads.remove(keys).catch(() => undefined)
}

/**
 * Empties the tables in their order, and what commits have left behind, in one batch. It is no
 * commit: nothing tells of it afterwards.
 */
export async function emptyTables(
  deps: Pick<CommitDeps, 'db'>,
  tables: readonly string[],
): Promise<void> {
  const rest = [...commitTables, ...tables].map(emptyTable)
  await deps.db.write([emptyTable('commit_guards'), ...rest], COMMITTED_BEFORE)
}

/** Lets a request with an idempotency key find its earlier answer on its first read. */
export function replayGate(ctx: Pick<RequestContext, 'tenant' | 'idempotency'>): Gate[] {
  const claim = ctx.idempotency
  if (!claim) return []
  return [
    {
      query: findKey({ tenantId: ctx.tenant.id, id: claim.id }),
      check(rows) {
        const [row] = rows
        if (row)
          throw replayed(claim.fingerprint, String(row['fingerprint']), String(row['result']))
      },
    },
  ]
}

async function explain(
  deps: CommitDeps,
  ctx: RequestContext,
  error: unknown,
  refusals: Refusals,
): Promise<unknown> {
  if (!(error instanceof DatabaseError) || error.failure.kind !== 'constraint') return error
  const { name } = error.failure
  if (name === KEY_USED && ctx.idempotency) {
    const stored = await deps.db.first(findKey({ tenantId: ctx.tenant.id, id: ctx.idempotency.id }))
    return stored
      ? replayed(ctx.idempotency.fingerprint, stored.fingerprint, stored.result)
      : new AppError(errors.conflict)
  }
  if (name === EFFECT_DONE) return new EffectDone()
  if (name === 'lease_held') return new LeaseLost()
  if (name === 'tenant_current') return new StaleTenantError()
  if (name === 'key_current') return new StaleKeyError()
  const refusal = refusals[name] ?? refusalsByDefault[name as GuardRule] // -- undefined for other names
  if (!refusal) return error
  return typeof refusal === 'function' ? refusal() : new AppError(refusal, { cause: error })
}

function replayed(claimed: string, stored: string, result: string): Error {
  if (claimed !== stored) return new AppError(errors.idempotencyMismatch)
  return new ReplayedResult(JSON.parse(result))
}

function moduleOf(eventType: string): string {
  return eventType.slice(0, eventType.indexOf('.'))
}

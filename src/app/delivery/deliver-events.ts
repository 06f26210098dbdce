import { EffectDone, LeaseLost } from '../../kernel/effect.ts'
import { systemContext } from '../../kernel/context.ts'
import type { EventEnvelope } from '../../kernel/events.ts'
import { limits } from '../../kernel/limits.ts'
import {
  type HeldEvent,
  type Outcome,
  decideFailure,
  envelopeOf,
  holdEvents,
  keepUnknown,
  noteOutcomes,
  owedTo,
  waitingOf,
} from '../../modules/events/index.ts'
import type { Deps } from '../../ports/deps.ts'
import type { WakeUp } from '../../ports/transport.ts'
import type { Isolate } from '../isolate.ts'
import { depsOf } from '../lifecycle/deps.ts'
import { relayAt } from './later.ts'
import { reasonOf } from './reason.ts'
import { scopeOf } from './scope.ts'
import type { OwnedSubscriber } from './subscribers.ts'
import { withDeadline } from '../../kernel/deadline.ts'

/**
 * Gives events to their subscribers. Each event is settled as soon as its own effects are done, so
 * that a slow subscriber holds up no other event.
 */
export async function deliverEvents(
  isolate: Isolate,
  shard: string,
  wakeUps: readonly WakeUp[],
): Promise<void> {
  const held = await holdEvents(depsOf(isolate, shard), wakeUps, isolate.clock.now())
  const notes = createNotes(isolate, shard)
  const waiting = [...held]
  const worker = async () => {
    for (let event = waiting.shift(); event; event = waiting.shift())
      await notes.add(await deliverInScope(isolate, shard, event))
  }
  await Promise.all(Array.from({ length: limits.events.atOnce }, worker))
}

/** Outcomes that come in while a batch is on its way leave together in the next. */
function createNotes(isolate: Isolate, shard: string) {
  let pending: Outcome[] = []
  let flight: Promise<void> | undefined
  const flush = async () => {
    while (pending.length > 0) {
      const outcomes = pending
      pending = []
      await noteOutcomes(depsOf(isolate, shard), outcomes, isolate.clock.now())
      measure(isolate, outcomes)
      await relayRetries(isolate, shard, outcomes)
    }
  }
  return {
    async add(outcome: Outcome | undefined): Promise<void> {
      if (!outcome) return
      pending.push(outcome)
      flight ??= flush().finally(() => {
        flight = undefined
      })
      await flight
    },
  }
}

/** What is tried again soon does not wait for cron. */
async function relayRetries(
  isolate: Isolate,
  shard: string,
  outcomes: readonly Outcome[],
): Promise<void> {
  const dueAt = outcomes.flatMap((outcome) =>
    outcome.kind === 'failed' && outcome.failure.deadAt === null ? outcome.failure.dueAt : [],
  )
  if (dueAt.length > 0) await relayAt(isolate, shard, Math.min(...dueAt))
}

function deliverInScope(isolate: Isolate, shard: string, held: HeldEvent) {
  return isolate.tracing.run(scopeOf(held), () =>
    isolate.tracing.span('event', (span) => {
      span.set('rustok.event.type', held.type)
      span.set('rustok.event.id', held.id)
      span.set('rustok.tenant_id', held.tenantId)
      return deliver(isolate, shard, held)
    }),
  )
}

async function deliver(
  isolate: Isolate,
  shard: string,
  held: HeldEvent,
): Promise<Outcome | undefined> {
  const { clock, shared } = isolate
  const deps = depsOf(isolate, shard)
  const type = shared.subscriptions.typeOf(held.type, held.version)
  if (!type)
    return { kind: 'failed', event: held, failure: keepUnknown(held, clock.now()), handled: [] }
  let asked = waitingOf(held)
  try {
    const tenant = await deps.tenants.find({ kind: 'id', value: held.tenantId })
    // The events of a tenant that is being deleted go with it.
    if (!tenant || tenant.status === 'deleting') return { kind: 'settled', event: held }
    const takers = shared.subscriptions.of(held.type, tenant)
    const names = takers.map(({ subscriber }) => subscriber.name)
    asked ??= names
    const owed = await owedTo(deps, held, names)
    const event = await envelopeOf(deps, held, type)
    const left = takers.filter(({ subscriber }) => owed.has(subscriber.name))
    const results = await Promise.all(
      left.map((taker) => handle(isolate, shard, taker, held, event)),
    )
    return outcomeOf(isolate, held, results)
  } catch (error) {
    shared.telemetry.error('event not delivered', error, { event: held.id, type: held.type })
    return failed(isolate, held, asked, reasonOf(error), [])
  }
}

interface Result {
  readonly subscriber: string
  /** Undefined when the effect is done. */
  readonly error: unknown
}

async function handle(
  isolate: Isolate,
  shard: string,
  { subscriber }: OwnedSubscriber,
  held: HeldEvent,
  event: EventEnvelope,
): Promise<Result> {
  const { clock, shared } = isolate
  const deps = depsOf(isolate, shard)
  const startedAt = clock.now()
  try {
    const tenant = await deps.tenants.find({ kind: 'id', value: event.tenantId })
    if (!tenant) return { subscriber: subscriber.name, error: undefined }
    const ctx = {
      ...systemContext(tenant, {
        name: subscriber.name,
        permissions: subscriber.permissions,
        id: event.correlationId,
        traceId: event.traceId,
        now: startedAt,
      }),
      causationId: event.id,
      effect: { subscriber: subscriber.name, eventId: event.id },
      fence: { kind: 'event', id: event.id, lease: held.lease },
    } as const
    const work = isolate.tracing.span('subscriber', (span) => {
      span.set('rustok.subscriber', subscriber.name)
      return subscriber.handle(deps, ctx, event)
    })
    await withDeadline(shared.startTimer, limits.events.subscriberMilliseconds, work)
    observe(isolate, deps, { subscriber: subscriber.name, event, startedAt, result: 'ok' })
    return { subscriber: subscriber.name, error: undefined }
  } catch (error) {
    if (error instanceof EffectDone) return { subscriber: subscriber.name, error: undefined }
    observe(isolate, deps, { subscriber: subscriber.name, event, startedAt, result: 'failed' })
    if (!(error instanceof LeaseLost))
      shared.telemetry.error('subscriber failed', error, {
        subscriber: subscriber.name,
        event: event.id,
        type: event.type,
      })
    return { subscriber: subscriber.name, error }
  }
}

/** Undefined when another worker has taken over: it is his to tell. */
function outcomeOf(
  isolate: Isolate,
  held: HeldEvent,
  results: readonly Result[],
): Outcome | undefined {
  const wrong = results.filter(({ error }) => error !== undefined)
  const [first] = wrong
  if (!first) return { kind: 'settled', event: held }
  if (wrong.some(({ error }) => error instanceof LeaseLost)) return undefined
  const handled = results.filter(({ error }) => error === undefined)
  return failed(
    isolate,
    held,
    wrong.map(({ subscriber }) => subscriber),
    `${first.subscriber}: ${reasonOf(first.error)}`,
    handled.map(({ subscriber }) => subscriber),
  )
}

function failed(
  isolate: Isolate,
  event: HeldEvent,
  waiting: readonly string[] | null,
  error: string,
  handled: readonly string[],
): Outcome {
  const { clock, shared } = isolate
  const failure = decideFailure(event, { waiting, error }, clock.now(), shared.random())
  return { kind: 'failed', event, failure, handled }
}

interface Handled {
  readonly subscriber: string
  readonly event: EventEnvelope
  readonly startedAt: number
  readonly result: 'ok' | 'failed'
}

function observe({ clock, shared, totals }: Isolate, { db }: Deps, handled: Handled): void {
  const { subscriber, event, result } = handled
  const milliseconds = clock.now() - handled.startedAt
  shared.telemetry.count('rustok_event_deliveries_total', { subscriber, type: event.type, result })
  shared.telemetry.observe('rustok_event_handling_seconds', milliseconds / 1_000, { subscriber })
  const told = { subscriber, type: event.type, event: event.id, ms: milliseconds }
  if (result === 'ok') shared.telemetry.log('debug', 'event handled', told)
  totals.add({
    kind: 'delivery',
    tenantId: event.tenantId,
    name: subscriber,
    outcome: result,
    detail: event.type,
    milliseconds,
    ...db.stats(),
  })
}

function measure({ clock, shared: { telemetry } }: Isolate, outcomes: readonly Outcome[]): void {
  for (const { kind, event } of outcomes) {
    if (kind === 'settled')
      telemetry.observe('rustok_event_lag_seconds', (clock.now() - event.occurredAt) / 1_000)
  }
}

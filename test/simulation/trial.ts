import * as z from 'zod'
import { fullJitter } from '../../src/kernel/backoff.ts'
import type { RequestContext } from '../../src/kernel/context.ts'
import { EffectDone } from '../../src/kernel/effect.ts'
import { type SubscriberDefinition, defineEvent, eventOf } from '../../src/kernel/events.ts'
import { defineJob, jobOf } from '../../src/kernel/job.ts'
import type { Statement } from '../../src/kernel/statement.ts'
import { commit } from '../../src/modules/commit/index.ts'
import type { Deps } from '../../src/ports/deps.ts'
import { type Manifest, defineModule } from '../../src/ports/module.ts'
import type { Weather } from './faults.ts'

/** Tables of the trial beside the platform's own. */
export const TRIAL_TABLES = `
  CREATE TABLE things (id TEXT PRIMARY KEY, version INTEGER NOT NULL);
  CREATE TABLE effects (
    seq INTEGER PRIMARY KEY, by TEXT NOT NULL, cause TEXT NOT NULL, thing TEXT, version INTEGER);`

/** Something happened to a thing. */
export const changed = defineEvent({
  type: 'trial.thing.changed',
  version: 1,
  since: '0.1.0',
  description: 'A thing changed',
  schema: z.object({ isPoison: z.boolean(), text: z.string() }),
  example: { isPoison: false, text: '' },
})

/** What the trial can be told while it runs. */
export interface TrialState {
  /** Whether poisoned events still throw. */
  isPoisonous: boolean
}

const retry = fullJitter({ maxAttempts: 25, baseMilliseconds: 100, capMilliseconds: 60_000 })

/** Work in two steps, each of which must happen once. */
export function workOf(weather: Weather) {
  return defineJob<Deps>()({
    name: 'trial:work',
    version: 1,
    description: 'Brings about two effects',
    schema: z.object({ write: z.string() }),
    permissions: [],
    retry,
    timeoutSeconds: 30,
    async perform(deps, _ctx, { write }, run) {
      for (const step of ['first', 'second']) {
        await once(() => note(deps, run.once(step), `job:${step}`, write, null, null))
        if (weather.random.chance(weather.rates.throwing)) throw new Error('between the steps')
        await run.progress(50)
      }
    },
  })
}

/** A module with subscribers of every temper. */
export function trialModule(weather: Weather, state: TrialState): Manifest {
  const { random, rates } = weather
  const taker = (
    name: string,
    handle: SubscriberDefinition<Deps>['handle'],
  ): SubscriberDefinition<Deps> => ({
    name: `trial:${name}`,
    description: 'Takes part in the trial',
    events: [changed],
    permissions: [],
    handle,
  })
  return defineModule({
    slug: 'trial',
    title: 'Trial',
    kind: 'core',
    events: [changed],
    jobs: [workOf(weather)],
    subscribers: [
      taker('effect', async (deps, ctx, { id, aggregate, payload }) => {
        if (changed.schema.parse(payload).isPoison && state.isPoisonous) throw new Error('poison')
        if (random.chance(rates.throwing)) throw new Error('before the effect')
        await note(deps, ctx, 'effect', id, aggregate.id, aggregate.version)
        if (random.chance(rates.throwing)) throw new Error('after the effect')
      }),
      taker('flaky', async () => {
        if (random.chance(rates.throwing * 4)) throw new Error('flaky')
      }),
    ],
  })
}

/** Changes a thing from a version to the next, with an event and a job. */
export async function changeThing(
  deps: Deps,
  ctx: RequestContext,
  weather: Weather,
  change: {
    readonly thing: string
    readonly from: number
    readonly write: string
    readonly isPoison: boolean
    readonly text: string
  },
): Promise<void> {
  const { thing, from, write, isPoison, text: words } = change
  await commit(deps, ctx, {
    writes: [
      {
        statement: text(
          'UPDATE things SET version = version + 1 WHERE id = ? AND version = ?',
          thing,
          from,
        ),
        guard: 'version_matches',
      },
    ],
    events: [
      eventOf(
        changed,
        { type: 'trial.thing', id: thing, version: from + 1 },
        { isPoison, text: words },
      ),
    ],
    jobs: [jobOf(workOf(weather), { write })],
    audit: { action: 'trial.thing.changed', targetType: 'trial.thing', targetId: write },
    result: null,
  })
}

async function note(
  deps: Deps,
  ctx: RequestContext,
  by: string,
  cause: string,
  thing: string | null,
  version: number | null,
): Promise<void> {
  const insert = 'INSERT INTO effects (by, cause, thing, version) VALUES (?, ?, ?, ?)'
  await commit(deps, ctx, {
    writes: [{ statement: text(insert, by, cause, thing, version) }],
    events: [],
    audit: { action: 'trial.effect.noted', targetType: 'trial.effect', targetId: cause },
    result: null,
  })
}

async function once(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof EffectDone)) throw error
  }
}

function text(sql: string, ...params: Statement['params']): Statement {
  return { sql, params }
}

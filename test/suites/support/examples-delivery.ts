import { env } from 'cloudflare:workers'
import { commit } from '../../../src/modules/commit/index.ts'
import type { Example, Examples } from './example.ts'
import type { House } from './house.ts'

/** A call of every operation of `events` and `jobs`. */
export const deliveryExamples: Examples = {
  getOutbox: asAdmin,
  listDeadLetters: async (house) => {
    const id = await makeDeadLetter(house)
    return { ...(await asAdmin(house)), query: { id, type: TYPE, subscriber: SUBSCRIBER } }
  },
  getDeadLetter: async (house) => ({
    ...(await asAdmin(house)),
    params: { id: await makeDeadLetter(house) },
  }),
  redriveDeadLetters: onDeadLetter,
  purgeDeadLetters: onDeadLetter,
  run_events_redrive: onDeadLetter,
  run_events_purge: onDeadLetter,
  listJobs: async (house) => {
    await makeJob(house, 'dead')
    return { ...(await asAdmin(house)), query: { state: 'dead', name: JOB } }
  },
  getJob: (house) => onJob(house, 'dead'),
  cancelJob: (house) => onJob(house, 'queued'),
  retryJob: (house) => onJob(house, 'dead'),
  retryJobs: async (house) => {
    await makeJob(house, 'cancelled')
    return { ...(await asAdmin(house)), body: { state: 'cancelled', name: JOB } }
  },
}

const TYPE = 'example.thing.happened'
const SUBSCRIBER = 'example:taker'
const JOB = 'example:work'

async function asAdmin(house: House) {
  return { as: await house.as('admin') }
}

async function onDeadLetter(house: House): Promise<Example> {
  return { ...(await asAdmin(house)), body: { id: await makeDeadLetter(house), type: TYPE } }
}

async function onJob(house: House, state: 'queued' | 'dead'): Promise<Example> {
  return { ...(await asAdmin(house)), params: { id: await makeJob(house, state) } }
}

/** A job of a kind that nobody performs, in a state. */
export async function makeJob(
  house: House,
  state: 'queued' | 'dead' | 'cancelled',
): Promise<string> {
  const { home, made } = house
  const key = house.name()
  await commit(home.deps(), await home.system(), {
    writes: [],
    events: [],
    jobs: [
      {
        name: JOB,
        version: 1,
        payload: { key },
        priority: 'normal',
        maxAttempts: 1,
        concurrency: null,
        uniqueKey: key,
        dueAt: null,
      },
    ],
    audit: { action: 'example.work.asked', targetType: 'example', targetId: key },
    result: null,
  })
  const job = await env.DB.prepare(
    `UPDATE jobs SET state = ?3, finished_at = CASE ?3 WHEN 'queued' THEN NULL ELSE created_at END
      WHERE tenant_id = ?1 AND unique_key = ?2 RETURNING id`,
  )
    .bind(home.tenantId, key, state)
    .first<{ id: string }>()
  if (!job) throw new Error('the job is not there')
  made.add(job.id)
  return job.id
}

/** An event of a type that nobody declares, given up. */
export async function makeDeadLetter(house: House): Promise<string> {
  const { home, made } = house
  const thing = house.name()
  await commit(home.deps(), await home.system(), {
    writes: [],
    events: [
      {
        type: TYPE,
        version: 1,
        aggregate: { type: 'example', id: thing, version: 1 },
        payload: { thing },
      },
    ],
    audit: { action: 'example.thing.happened', targetType: 'example', targetId: thing },
    result: null,
  })
  const event = await env.DB.prepare(
    `UPDATE outbox SET settled_at = NULL, dead_at = occurred_at, waiting = ?3
      WHERE tenant_id = ?1 AND aggregate_id = ?2 RETURNING id`,
  )
    .bind(home.tenantId, thing, JSON.stringify([SUBSCRIBER]))
    .first<{ id: string }>()
  if (!event) throw new Error('the event is not there')
  made.add(event.id)
  return event.id
}

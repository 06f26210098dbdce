import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { limits } from '../../src/kernel/limits.ts'
import { modules } from '../../src/app/modules.ts'
import { cleanUp } from '../../src/modules/schedules/tasks/index.ts'
import { defineModule } from '../../src/ports/module.ts'
import { refusal } from '../modules/schedules/support.ts'
import { createControl } from '../modules/tenants/control.ts'
import { type World, createWorld } from '../support/world.ts'

const DAY = 86_400_000

/** Writes `count` rows by a statement whose `?1` is an instant and `?2` the tenant. */
async function fill(world: World, count: number, at: number, insert: string): Promise<void> {
  const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) `
  const [into = '', select = ''] = insert.split('SELECT ')
  await env.DB.prepare(`${into}${numbers}SELECT ${select} FROM n`).bind(at, world.tenantId).run()
}

const KEYS = `INSERT INTO idempotency_keys (tenant_id, id, fingerprint, result, created_at)
  SELECT ?2, 'old-' || i, 'f', 'null', ?1 + i % 1000`
const EVENTS = `INSERT INTO outbox (id, tenant_id, type, version, aggregate_type, aggregate_id,
  aggregate_version, actor_kind, correlation_id, trace_id, occurred_at, available_at, payload, settled_at)
  SELECT ?2 || i, ?2, 't', 1, 'a', 'a', i, 'system', 'c', 't', ?1, ?1, '{}', ?1`
const JOBS = `INSERT INTO jobs (tenant_id, id, name, version, payload, state, priority, due_at,
  max_attempts, actor_kind, correlation_id, trace_id, created_at, finished_at)
  SELECT ?2, 'old-' || i, 'n', 1, 'null', 'done', 1, ?1, 1, 'system', 'c', 't', ?1, ?1`
const ATTEMPTS = `INSERT INTO job_attempts (tenant_id, job_id, attempt, outcome, started_at, ended_at)
  SELECT ?2, 'old-' || i, 1, 'done', ?1, ?1`
const EFFECTS = `INSERT INTO inbox (tenant_id, event_id, subscriber, handled_at)
  SELECT ?2, 'old-' || i, 's', ?1`
const RUNS = `INSERT INTO schedule_runs (tenant_id, id, schedule_id, reason, scheduled_for, outcome, created_at)
  SELECT ?2, 'old-' || i, 's', 'due', ?1, 'succeeded', ?1`

async function countOf(world: World, table: string, and = ''): Promise<number> {
  const rows = await world.rows<{ n: number }>(
    `SELECT count(*) AS n FROM ${table} WHERE tenant_id = ? ${and}`,
    world.tenantId,
  )
  return rows[0]?.n ?? -1
}

async function clean(targets?: string[]) {
  const { operator } = await createControl()
  return operator.json<{ swept: { target: string; rows: number; isDone: boolean }[] }>(
    'POST',
    '/api/v1/schedules/tasks/cleanup',
    { body: targets ? { targets } : {} },
  )
}

describe('cleanup', () => {
  it('removes what is too old of every kind, and nothing that is not', async () => {
    const world = await createWorld()
    const now = world.clock.now()
    const kinds = [
      ['idempotency_keys', KEYS, 1, "id LIKE 'old-%'"],
      ['outbox', EVENTS, 7, "type = 't'"],
      ['jobs', JOBS, 30, "id LIKE 'old-%'"],
      ['job_attempts', ATTEMPTS, 30, "job_id LIKE 'old-%'"],
      ['inbox', EFFECTS, 30, "event_id LIKE 'old-%'"],
      ['schedule_runs', RUNS, 90, "id LIKE 'old-%'"],
    ] as const
    for (const [, insert, days] of kinds) await fill(world, 3, now - days * DAY - 60_000, insert)
    const young = await createWorld()
    for (const [, insert, days] of kinds) await fill(young, 3, now - days * DAY + 60_000, insert)
    const { swept } = await clean()
    for (const [table, , , old] of kinds) {
      expect(await countOf(world, table, `AND ${old}`), table).toBe(0)
      expect(await countOf(young, table, `AND ${old}`), table).toBe(3)
    }
    expect(swept.every(({ isDone }) => isDone)).toBe(true)
    expect(swept.map(({ target }) => target)).toEqual(
      expect.arrayContaining(['cache', 'dead-letters', 'idempotency', 'sessions']),
    )
  })

  it('ends sessions whose time is over with all their tokens, and leaves those that live', async () => {
    const world = await createWorld({ env: { AUTH_SESSION_LIFETIME_SECONDS: '60' } })
    const living = await createWorld()
    await world.as('customer')
    await living.as('customer')
    const control = await createControl()
    control.world.clock.advance(61_000)
    const ctx = await control.world.system()
    await cleanUp(control.world.deps(), ctx, { targets: ['sessions'] }, () => undefined)
    expect(await countOf(world, 'sessions')).toBe(0)
    expect(await countOf(world, 'refresh_tokens')).toBe(0)
    expect(await countOf(living, 'sessions')).toBe(1)
    expect(await countOf(living, 'refresh_tokens')).toBe(1)
  })

  it('removes the payloads that lie beside their events', async () => {
    const world = await createWorld()
    const key = `${world.tenantId}/events/old.json`
    await world.deps().payloads.put(key, '{}')
    await fill(world, 1, world.clock.now() - 8 * DAY, EVENTS)
    await world.rows(
      "UPDATE outbox SET payload_key = ? WHERE tenant_id = ? AND type = 't'",
      key,
      world.tenantId,
    )
    await clean(['outbox'])
    expect(await world.deps().payloads.get(key)).toBeUndefined()
    expect(await countOf(world, 'outbox', "AND type = 't'")).toBe(0)
  })

  it('goes on in pages until nothing is left', async () => {
    const world = await createWorld()
    await fill(world, limits.cleanup.page * 2 + 1, world.clock.now() - 2 * DAY, KEYS)
    expect(await clean(['idempotency'])).toEqual({
      swept: [{ target: 'idempotency', rows: limits.cleanup.page * 2 + 1, isDone: true }],
    })
    expect(await countOf(world, 'idempotency_keys')).toBe(0)
  })

  it('ends with its budget, and tells that more is left', async () => {
    const { world } = await createControl()
    const pages: number[] = []
    const endless = defineModule({
      slug: 'endless',
      title: 'Endless',
      kind: 'core',
      sweeps: [
        {
          name: 'endless',
          description: 'Never done',
          run: async (_, __, limit) => {
            pages.push(limit)
            return limit
          },
        },
      ],
    })
    const deps = { ...world.deps(), modules: [endless] }
    const result = await cleanUp(deps, await world.system(), {}, () => undefined)
    expect(result.swept).toMatchObject([{ isDone: false }])
    expect(pages).toHaveLength(limits.cleanup.pages)
  })

  it('goes on after a target that fails, and fails at its end', async () => {
    const { world } = await createControl()
    const done: string[] = []
    const sweep = (name: string, run: () => Promise<number>) => ({ name, description: '', run })
    const trial = defineModule({
      slug: 'trial',
      title: 'Trial',
      kind: 'core',
      sweeps: [
        sweep('broken', async () => Promise.reject(new Error('down'))),
        sweep('sound', async () => {
          done.push('sound')
          return 0
        }),
      ],
    })
    const deps = { ...world.deps(), modules: [trial] }
    const work = cleanUp(deps, await world.system(), {}, () => undefined)
    await expect(work).rejects.toThrow('not cleaned up: broken')
    expect(done).toEqual(['sound'])
  })

  it('is for operators of the control tenant, and knows its targets', async () => {
    const stranger = await (await createWorld()).as('super_admin')
    const path = '/api/v1/schedules/tasks/cleanup'
    expect(await refusal(await stranger.fetch('POST', path, { body: {} }))).toEqual([
      404,
      'not_found',
    ])
    const { operator } = await createControl()
    const answer = await operator.fetch('POST', path, { body: { targets: ['sessions', 'disk'] } })
    const { errors } = await answer.json<{ errors: { pointer: string }[] }>()
    expect(errors).toMatchObject([{ pointer: '/targets/1' }])
  })

  it('has a name of its own for each target', () => {
    const names = modules.flatMap(({ sweeps }) => sweeps).map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('a request under an idempotency key', () => {
  it('reads as many rows after thousands of old keys as before', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    let number = 0
    const cost = async () => {
      const response = await admin.fetch('POST', '/api/v1/blog/authors', {
        body: { name: `Author ${(number += 1)}` },
        headers: { 'idempotency-key': `key-${number}` },
      })
      expect(response.status).toBe(201)
      const timing = response.headers.get('server-timing') ?? ''
      return /rows[^,]*desc="(\d+)"/.exec(timing)?.[1] ?? timing
    }
    await cost()
    const before = await cost()
    await fill(world, 5_000, world.clock.now() - 2 * DAY, KEYS)
    expect(await cost()).toBe(before)
    await clean(['idempotency'])
    expect(await countOf(world, 'idempotency_keys', "AND id LIKE 'old-%'")).toBe(0)
  })
})

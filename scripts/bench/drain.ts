import { setTimeout as pause } from 'node:timers/promises'
import { StepError } from '../support/main.ts'
import { TENANT } from './cases.ts'
import { residentBytes } from './cpu.ts'
import { tenantIdOf } from './data.ts'
import type { Runtime } from './runtime.ts'

/** How a backlog of events was worked off. */
export interface Drain {
  readonly events: number
  readonly perSecond: number
  /** Memory of the runtime when half was done and its largest after that, in MiB. */
  readonly memoryHalf: number
  readonly memoryMost: number
  /** Events that were not settled at the end. */
  readonly left: number
}

const AGGREGATES = 10_000
const AT_ONCE = 10_000
const PATIENCE_MILLISECONDS = 900_000
const LOOK_EVERY_MILLISECONDS = 500
const MIB = 1_048_576

/** Owes events of ten thousand aggregates and waits until all are settled, woken up by one cron tick. */
export async function drainBacklog(runtime: Runtime, events: number): Promise<Drain> {
  const database = await runtime.database('ours')
  const tenantId = await tenantIdOf(runtime, TENANT)
  for (let from = 0; from < events; from += AT_ONCE) {
    await database
      .prepare(backlog)
      .bind(tenantId, from, Math.min(from + AT_ONCE, events), AGGREGATES)
      .run()
  }
  const start = performance.now()
  await runtime.tick()
  let half: number | undefined
  let most = 0
  let left = events
  while (left > 0 && performance.now() - start < PATIENCE_MILLISECONDS) {
    await pause(LOOK_EVERY_MILLISECONDS)
    left = await owedIn(database)
    const memory = await residentBytes()
    if (left > events / 2) continue
    half ??= memory
    most = Math.max(most, memory)
  }
  const seconds = (performance.now() - start) / 1_000
  if (half === undefined) throw new StepError('Not even half of the backlog was worked off.')
  return {
    events,
    perSecond: (events - left) / seconds,
    memoryHalf: half / MIB,
    memoryMost: most / MIB,
    left,
  }
}

async function owedIn(database: D1Database): Promise<number> {
  const row = await database
    .prepare('SELECT count(*) AS owed FROM outbox WHERE settled_at IS NULL AND dead_at IS NULL')
    .first<{ owed: number }>()
  return row?.owed ?? 0
}

const backlog = `
  WITH RECURSIVE numbers (n) AS (SELECT ?2 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?3)
  INSERT INTO outbox (id, tenant_id, type, version, aggregate_type, aggregate_id, aggregate_version,
    payload, actor_kind, correlation_id, trace_id, occurred_at, available_at)
  SELECT printf('01900000-0000-7000-8000-%012x', n), ?1, 'blog.post.updated', 1, 'bench.thing',
    printf('thing-%d', CAST(n AS INTEGER) % CAST(?4 AS INTEGER)), 1 + CAST(n AS INTEGER) / CAST(?4 AS INTEGER), '{"postId":"01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11","slug":"s","locale":"en"}',
    'system', 'bench', '00000000000000000000000000000001', 0, 0
  FROM numbers`

import { env } from 'cloudflare:workers'
import { sealOwed } from '../../../src/modules/audit/index.ts'
import { commit } from '../../../src/modules/commit/index.ts'
import type { World } from '../../support/world.ts'

/** An entry's row, as far as tests look at it. */
export interface Row {
  readonly id: string
  readonly seq: number | null
  readonly chain: string | null
  readonly mac: string
}

/** Writes entries by commits, one a change; the targets are `thing-1` and so on. */
export async function writeEntries(world: World, count: number, from = 1): Promise<void> {
  for (let number = from; number < from + count; number++) {
    await commit(world.deps(), await world.system(), {
      writes: [],
      events: [],
      audit: {
        action: 'trial.thing.changed',
        targetType: 'trial.thing',
        targetId: `thing-${number}`,
        changes: { size: { before: number, after: number + 1 } },
      },
      result: undefined,
    })
  }
}

/** Gives the world's entries their places. */
export function seal(world: World): Promise<number> {
  return sealOwed(world.deps(), world.clock.now(), world.tenantId)
}

/** The world's entries in the order of their ids. */
export function entriesOf(world: World): Promise<Row[]> {
  return world.rows(
    'SELECT id, seq, chain, mac FROM audit_log WHERE tenant_id = ? ORDER BY id',
    world.tenantId,
  )
}

/** What `audit:verify` says: null when the log is whole. */
export async function verify(world: World, receipt?: string): Promise<string | null> {
  const admin = await world.as('super_admin')
  const response = await admin.fetch('POST', '/api/v1/audit/tasks/verify', {
    body: receipt === undefined ? {} : { receipt },
  })
  const answer = await response.json<{ code?: string; detail?: string }>()
  if (response.status === 200) return null
  if (answer.code !== 'audit.chain_broken') throw new Error(JSON.stringify(answer))
  return answer.detail ?? ''
}

/** The receipt of a verification that finds the log whole. */
export async function receiptOf(world: World): Promise<string> {
  const admin = await world.as('super_admin')
  const { receipt } = await admin.json<{ receipt: string }>('POST', '/api/v1/audit/tasks/verify', {
    body: {},
  })
  return receipt
}

/** Writes to the database as somebody who holds it: past the triggers, which stand again afterwards. */
export async function tamper(
  statements: readonly { readonly sql: string; readonly params: readonly unknown[] }[],
  database: D1Database = env.DB,
): Promise<void> {
  const { results } = await database
    .prepare(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit_log'",
    )
    .all<{ name: string; sql: string }>()
  await database.batch([
    ...results.map(({ name }) => database.prepare(`DROP TRIGGER ${name}`)),
    ...statements.map(({ sql, params }) => database.prepare(sql).bind(...params)),
    ...results.map(({ sql }) => database.prepare(sql)),
  ])
}

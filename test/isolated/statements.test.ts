/// <reference types="vite/types/importMeta.d.ts" />
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { type ExplainedStatement, planFindings } from '../../scripts/check/query-plan.ts'
import { deployment } from '../../src/kernel/deployment.ts'
import { tablesOfDatabase } from '../suites/support/database.ts'
import { everyStatement } from '../suites/support/every-statement.ts'
import { createHouse } from '../suites/support/house.ts'
import { recordingDatabase } from '../suites/support/recording.ts'

/** What is not called here, and why. */
const LEFT_OUT = [
  // Truncating reads and empties whole tables, which is its purpose; production refuses it.
  'src/modules/commit/repo.ts emptyTable',
  'src/modules/tenants/repo.ts findTenantIds',
]

/** Statements that no tenant leads, by their conditions: they find the tenant, or go over all. */
const FOR_ALL = [
  'FROM tenants t WHERE t.slug = ?1',
  'FROM tenants t WHERE t.id = (SELECT tenant_id FROM tenant_domains WHERE host = ?1',
  'FROM tenant_origins o WHERE o.origin = ?1',
  '"blog_posts"."publish_at" <= ?',
  // The operators’ list of tenants; the tick and the sweeps go over all tenants.
  'from "tenants" where',
  '"schedules"."declaration" IS NOT NULL',
  '"schedules"."next_run_at" <= ?',
  'UPDATE schedule_runs SET started_at',
  'RETURNING 1 AS swept',
  // The relay takes what is due of all tenants; a worker knows an event by its id.
  'UPDATE outbox SET lease = ?2, available_at = ?3',
  'UPDATE outbox SET attempts = attempts + 1',
  'UPDATE outbox SET dead_at = ?2',
  'UPDATE outbox SET available_at = ?3, dead_at = ?4',
  'UPDATE outbox SET settled_at = ?3',
  'WITH RECURSIVE limited (tenant_id, name)',
  '(tenant_id, id, lease) IN (',
  // Metrics tell of all tenants.
  'FROM outbox INDEXED BY outbox_owed',
  'FROM jobs INDEXED BY jobs_dead',
  'FROM media_uploads WHERE expires_at <= ?1',
  'FROM outbox WHERE settled_at < ?1',
  'FROM outbox WHERE dead_at < ?1',
  'DELETE FROM job_attempts',
  'FROM mail_messages WHERE id IN (SELECT value',
  'FROM mail_messages WHERE provider = ?1',
  'FROM mail_messages WHERE updated_at < ?1',
  'DELETE FROM webhook_deliveries',
  // The tick seals what all tenants owe; retention looks at their chains.
  '(l.tenant_id, l.id) > (?1, ?2)',
  'FROM audit_heads h WHERE h.due_at <= ?1',
  // The sweeps of the store and of the trash go over all tenants.
  "state <> 'kept'",
  'FROM media_totals WHERE walked_at < ?1',
  "state = 'trashed' AND trashed_at < ?1",
]

/** Functions of a module by name; constants may be among them. */
type Exported = Record<string, (...args: unknown[]) => unknown>

const repos = import.meta.glob<Exported>('../../src/modules/**/repo.ts', {
  eager: true,
})

const { database, statements } = recordingDatabase(env.DB)
const uncalled = new Set<string>()
let explained: ExplainedStatement[]

/** Takes a note of every function of every repo.ts that is called. */
function watchRepos(): void {
  for (const [path, exported] of Object.entries(repos)) {
    for (const [name, value] of Object.entries(exported)) {
      if (typeof value !== 'function') continue
      const title = `${path.replace('../../', '')} ${name}`
      uncalled.add(title)
      vi.spyOn(exported, name).mockImplementation((...args) => {
        uncalled.delete(title)
        return value(...args)
      })
    }
  }
}

async function explain(sql: string, params: readonly unknown[]): Promise<ExplainedStatement> {
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...params)
    .all<{ detail: string }>()
  return { sql, plan: results.map(({ detail }) => detail) }
}

beforeAll(async () => {
  watchRepos()
  await everyStatement(await createHouse({ DB: database }))
  explained = []
  for (const [sql, [first]] of statements) explained.push(await explain(sql, first?.params ?? []))
}, 120_000)

describe('every statement that the platform sends', () => {
  it('was sent: no function of a repo.ts is left out', () => {
    expect([...uncalled].toSorted()).toEqual(LEFT_OUT)
  })

  it('finds a tenant’s rows by the tenant, and neither scans nor sorts a table', async () => {
    expect(explained.length).toBeGreaterThan(100)
    expect(planFindings(explained, await tablesOfDatabase())).toEqual([])
  })

  it('binds the tenant whose rows it touches', async () => {
    const { results } = await env.DB.prepare('SELECT id FROM tenants').all<{ id: string }>()
    const erased = await env.DB.prepare(
      "SELECT target_id AS id FROM audit_log WHERE action = 'tenants.tenant.erased'",
    ).all<{ id: string }>()
    const ids = new Set([...results, ...erased.results, deployment].map(({ id }) => id))
    const tables = await tablesOfDatabase()
    const owned = tables.filter(({ columns }) => columns.some((c) => c.startsWith('tenant_id ')))
    const touches = (sql: string) => owned.some(({ name }) => new RegExp(`\\b${name}\\b`).test(sql))
    const unbound = [...statements.values()]
      .flat()
      .filter(({ sql, params }) => touches(sql) && !params.some((value) => ids.has(String(value))))
      .map(({ sql }) => sql.replaceAll(/\s+/g, ' '))
    expect(
      [...new Set(unbound)].filter((sql) => !FOR_ALL.some((part) => sql.includes(part))),
    ).toEqual([])
  })
})

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StepError } from '../support/main.ts'

/** A rule and what breaks it. */
export interface Verdict {
  readonly rule: string
  readonly broken: readonly string[]
}

/** What the trial knows from outside. */
export interface History {
  /** The id of each post that was acknowledged, by its key. */
  readonly acknowledged: ReadonlyMap<string, string>
  /** How often the endpoint took each event. */
  readonly taken: ReadonlyMap<string, number>
}

/** The database of a stopped Worker. Throws `StepError` when there is none. */
function openState(folder: string): DatabaseSync {
  const databases = join(folder, 'v3', 'd1', 'miniflare-D1DatabaseObject')
  const file = readdirSync(databases).find((name) => /^[0-9a-f]{64}\.sqlite$/.test(name))
  if (file === undefined) throw new StepError(`There is no database in ${databases}.`)
  return new DatabaseSync(join(databases, file))
}

/** Holds what is stored against what was promised. */
export function verdictsOf(folder: string, history: History): Verdict[] {
  const database = openState(folder)
  const column = (sql: string): string[] =>
    database
      .prepare(sql)
      .all()
      .map((row) => String(Object.values(row)[0]))
  const posts = new Set(column('SELECT id FROM blog_posts'))
  const events = new Set(column('SELECT id FROM outbox'))
  const told = new Set(history.taken.keys())
  return [
    {
      rule: 'an acknowledged write is there',
      broken: [...history.acknowledged.values()].filter((id) => !posts.has(id)),
    },
    ...RULES.map(({ rule, sql }) => ({ rule, broken: column(sql) })),
    {
      rule: 'the endpoint was told of every event since it was made',
      broken: column(SINCE_ENDPOINT).filter((id) => !told.has(id)),
    },
    {
      rule: 'the endpoint was told of no event that is not there',
      broken: [...told].filter((id) => !events.has(id)),
    },
  ]
}

const SINCE_ENDPOINT = `SELECT o.id FROM outbox o JOIN webhook_endpoints e ON e.tenant_id = o.tenant_id
  WHERE o.type LIKE 'blog.post.%' AND o.occurred_at > e.created_at`

const RULES: readonly { readonly rule: string; readonly sql: string }[] = [
  {
    rule: 'a write is there once',
    sql: `SELECT title FROM blog_post_translations WHERE title LIKE 'Chaos %'
      GROUP BY title HAVING count(*) > 1`,
  },
  {
    rule: 'a post has one event of its making',
    sql: `SELECT p.id FROM blog_posts p LEFT JOIN outbox o
      ON o.aggregate_id = p.id AND o.type = 'blog.post.created'
      GROUP BY p.id HAVING count(o.id) <> 1`,
  },
  {
    rule: 'an event of a post has its post',
    sql: `SELECT id FROM outbox WHERE type LIKE 'blog.post.%'
      AND aggregate_id NOT IN (SELECT id FROM blog_posts)`,
  },
  {
    rule: 'nothing is owed any more',
    sql: `SELECT id FROM outbox WHERE settled_at IS NULL
      UNION ALL SELECT id FROM jobs WHERE state <> 'done'
      UNION ALL SELECT id FROM webhook_deliveries WHERE state <> 'succeeded'`,
  },
  {
    rule: 'an effect is there once',
    sql: `SELECT event_id FROM webhook_deliveries GROUP BY endpoint_id, event_id HAVING count(*) > 1`,
  },
]

/** How long writes may be refused after a full disk has room again, in milliseconds. */
const RESUMED_WITHIN = 1_000

/** Holds what was answered while the disk was full, and after it, against what was promised. */
export function diskVerdictsOf({
  faultsWhenFull,
  resumptions,
}: {
  readonly faultsWhenFull: readonly string[]
  readonly resumptions: readonly number[]
}): Verdict[] {
  if (resumptions.length === 0) return []
  return [
    {
      rule: 'a full disk is told by 503 or 507 as a problem document',
      broken: faultsWhenFull.filter((fault) => !/^50[37] application\/problem\+json/.test(fault)),
    },
    {
      rule: `writes go on within ${RESUMED_WITHIN} ms of there being room`,
      broken: resumptions.filter((after) => after > RESUMED_WITHIN).map(String),
    },
  ]
}

/** How much a stopped Worker still owes. */
export function owedIn(folder: string): number {
  const row = openState(folder)
    .prepare(
      `SELECT (SELECT count(*) FROM outbox WHERE settled_at IS NULL AND dead_at IS NULL)
        + (SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')) AS owed`,
    )
    .get()
  return Number(row?.['owed'] ?? 0)
}

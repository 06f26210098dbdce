import { limits } from '../../src/kernel/limits.ts'
import type { SqlDriver } from '../../src/ports/database.ts'
import { type Episode, query } from './episode.ts'

/** What must never be, with where it was seen. Empty when all is well. */
export async function violationsOf({ driver, ledger }: Episode): Promise<string[]> {
  const written = new Set((await query<{ id: string }>(driver, WRITES)).map(({ id }) => id))
  const lost = [...ledger.acknowledged].filter((write) => !written.has(write))
  const ghosts = [...ledger.refused].filter((write) => written.has(write))
  const findings = await Promise.all(RULES.map((rule) => broken(driver, rule)))
  return [
    ...lost.map((write) => `${write} was acknowledged and is not there`),
    ...ghosts.map((write) => `${write} was refused and is there`),
    ...findings.flat(),
  ]
}

const WRITES = "SELECT target_id AS id FROM audit_log WHERE action = 'trial.thing.changed'"

interface Rule {
  readonly says: string
  /** Finds what breaks the rule. */
  readonly sql: string
}

const RULES: readonly Rule[] = [
  {
    says: 'a write is there once',
    sql: `SELECT target_id AS what FROM audit_log WHERE action = 'trial.thing.changed'
      GROUP BY target_id HAVING count(*) > 1`,
  },
  {
    says: 'a write has one event and one job',
    sql: `SELECT 'sums' AS what WHERE (${WRITES.replace('target_id AS id', 'count(*)')})
      <> (SELECT count(*) FROM outbox) OR (SELECT count(*) FROM outbox) <> (SELECT count(*) FROM jobs)`,
  },
  {
    says: 'the events of a thing have versions without gaps, up to the thing’s own',
    sql: `SELECT t.id AS what FROM things t LEFT JOIN outbox o ON o.aggregate_id = t.id
      GROUP BY t.id HAVING count(o.id) <> t.version OR coalesce(max(o.aggregate_version), 0) <> t.version`,
  },
  {
    says: 'nothing is owed for ever',
    sql: `SELECT id AS what FROM outbox WHERE settled_at IS NULL AND dead_at IS NULL
      UNION ALL SELECT id FROM jobs WHERE state IN ('queued', 'running')`,
  },
  {
    says: 'an effect is there once',
    sql: `SELECT cause AS what FROM effects GROUP BY by, cause HAVING count(*) > 1`,
  },
  {
    says: 'an effect has an event',
    sql: `SELECT cause AS what FROM effects
      WHERE by = 'effect' AND cause NOT IN (SELECT id FROM outbox)`,
  },
  {
    says: 'a settled event has its effect',
    sql: `SELECT id AS what FROM outbox WHERE settled_at IS NOT NULL
      AND id NOT IN (SELECT cause FROM effects WHERE by = 'effect')`,
  },
  {
    says: 'a dead letter was tried to its limit and tells why',
    sql: `SELECT id AS what FROM outbox WHERE dead_at IS NOT NULL
      AND (attempts < ${limits.events.maxAttempts} OR last_error IS NULL)`,
  },
  {
    says: 'a job that is done has both its effects',
    sql: `SELECT id AS what FROM jobs WHERE state = 'done' AND (SELECT count(*) FROM effects
      WHERE cause = payload ->> 'write' AND by LIKE 'job:%') <> 2`,
  },
  {
    says: 'the effects of a thing come in the order of its versions',
    sql: `SELECT later.cause AS what FROM effects later JOIN effects earlier
      ON earlier.thing = later.thing AND earlier.seq < later.seq AND earlier.version > later.version
      WHERE later.by = 'effect'`,
  },
]

async function broken(driver: SqlDriver, { says, sql }: Rule): Promise<string[]> {
  const rows = await query<{ what: string }>(driver, sql)
  return rows.slice(0, 3).map(({ what }) => `${says}: ${what}`)
}

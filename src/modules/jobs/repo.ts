import { limits } from '../../kernel/limits.ts'
import type { Query } from '../../kernel/statement.ts'
import type {
  ClaimedJob,
  FinishedJob,
  GivenUpJob,
  HeldJob,
  JobFigures,
  PausedJob,
} from './types.ts'

/** Jobs of one name in a tenant that one claim looks at, where their concurrency is limited. */
const OF_ONE_NAME = 20

const CLAIM = `WITH RECURSIVE limited (tenant_id, name) AS (
    SELECT tenant_id, name FROM (
      SELECT tenant_id, name FROM jobs
      WHERE state IN ('queued', 'running') AND concurrency IS NOT NULL
        AND tenant_id >= coalesce(?4, '')
      ORDER BY tenant_id, name LIMIT 1)
    UNION ALL
    SELECT other.tenant_id, other.name FROM limited
    JOIN jobs other ON other.rowid = coalesce(
      (SELECT rowid FROM jobs INDEXED BY jobs_limited
        WHERE state IN ('queued', 'running') AND concurrency IS NOT NULL
          AND tenant_id = limited.tenant_id AND name > limited.name
        ORDER BY name LIMIT 1),
      (SELECT rowid FROM jobs INDEXED BY jobs_limited
        WHERE state IN ('queued', 'running') AND concurrency IS NOT NULL
          AND tenant_id > limited.tenant_id
        ORDER BY tenant_id LIMIT 1))
    WHERE ?4 IS NULL OR other.tenant_id = ?4),
  places AS (
    SELECT due.rowid AS row, due.priority, due.due_at, due.concurrency,
      row_number() OVER (
        PARTITION BY due.tenant_id, due.name ORDER BY due.priority, due.due_at, due.id) AS place,
      (SELECT count(*) FROM jobs busy
        WHERE busy.tenant_id = due.tenant_id AND busy.name = due.name
          AND busy.lease IS NOT NULL AND busy.due_at > ?1) AS busy
    FROM limited JOIN jobs due ON due.rowid IN (
      SELECT rowid FROM jobs
      WHERE state IN ('queued', 'running') AND concurrency IS NOT NULL
        AND tenant_id = limited.tenant_id AND name = limited.name AND due_at <= ?1
      ORDER BY priority, due_at, id LIMIT ?7)
    WHERE ?4 IS NULL OR due.tenant_id = ?4),
  free AS (
    SELECT rowid AS row, priority, due_at FROM jobs
    WHERE state IN ('queued', 'running') AND concurrency IS NULL AND priority IN (0, 1, 2)
      AND due_at <= ?1 AND (?4 IS NULL OR tenant_id = ?4)
    ORDER BY priority, due_at LIMIT ?5)
  UPDATE jobs SET lease = ?2, due_at = ?3
  WHERE rowid IN (
    SELECT row FROM (
      SELECT row, priority, due_at FROM free
      UNION ALL SELECT row, priority, due_at FROM places WHERE place + busy <= concurrency)
    ORDER BY priority, due_at
    LIMIT max(0, min(?5, ?6 - (
      SELECT count(*) FROM (
        SELECT 1 FROM jobs busy
        WHERE busy.lease IS NOT NULL AND busy.due_at > ?1 LIMIT ?6)))))
  RETURNING tenant_id AS tenantId, id, name, lease`

/**
 * Takes due jobs under a lease: high priority first, then the longest due, at most a page, at most
 * what the shard may have under way, and never more of a name in a tenant than its concurrency
 * allows. However many jobs of a limited name wait, a claim reads a few of them.
 */
export function claimJobs(claim: {
  readonly now: number
  readonly lease: string
  readonly until: number
  /** Of one tenant only; null means all. */
  readonly tenantId: string | null
}): Query<ClaimedJob & { readonly name: string }> {
  const { page, inFlight } = limits.events
  return {
    sql: CLAIM,
    params: [claim.now, claim.lease, claim.until, claim.tenantId, page, inFlight, OF_ONE_NAME],
  }
}

/**
 * Starts the jobs that are still held under the leases of their wake-up calls, under a lease of the
 * worker's own, so that a doubled call starts nothing. A job that was at work before has lost its
 * worker: that is noted first, and after its last try it has ended.
 */
export function beginJobs(held: {
  readonly claimed: readonly Pick<ClaimedJob, 'tenantId' | 'id' | 'lease'>[]
  readonly lease: string
  readonly now: number
  readonly until: number
}): [lost: Query<never>, givenUp: Query<GivenUpJob>, begun: Query<HeldJob>] {
  const claimed = held.claimed.map(({ tenantId, id, lease }) => [tenantId, id, lease])
  const params = [JSON.stringify(claimed), held.now] as const
  return [
    {
      sql: `INSERT INTO job_attempts (tenant_id, job_id, attempt, outcome, error, started_at, ended_at)
        SELECT tenant_id, id, (
            SELECT coalesce(max(attempt), 0) + 1 FROM job_attempts
            WHERE tenant_id = jobs.tenant_id AND job_id = jobs.id),
          'lost', 'the worker was lost', coalesce(started_at, created_at), ?2 FROM jobs
        WHERE (tenant_id, id, lease) IN (
            SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1))
          AND state = 'running'`,
      params,
    },
    {
      sql: `UPDATE jobs SET finished_at = ?2, lease = NULL, last_error = 'the worker was lost',
          state = CASE WHEN cancel_requested_at IS NULL THEN 'dead' ELSE 'cancelled' END
        WHERE (tenant_id, id, lease) IN (
            SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1))
          AND state = 'running' AND attempts >= max_attempts
        RETURNING tenant_id AS tenantId, id, name, state`,
      params,
    },
    {
      sql: `UPDATE jobs SET state = 'running', attempts = attempts + 1, started_at = ?2, due_at = ?3,
          lease = ?4
        WHERE (tenant_id, id, lease) IN (
            SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1))
          AND state IN ('queued', 'running')
        RETURNING tenant_id AS tenantId, id, name, version, payload, attempts,
          max_attempts AS maxAttempts, lease, correlation_id AS correlationId,
          causation_id AS causationId, trace_id AS traceId,
          cancel_requested_at AS cancelRequestedAt, started_at AS startedAt`,
      params: [...params, held.until, held.lease],
    },
  ]
}

/** Keeps a lease and tells how far the job is. No row comes back when another holds the job. */
export function keepJob(job: {
  readonly tenantId: string
  readonly id: string
  readonly lease: string
  readonly until: number
  readonly progress: number | null
  readonly note: string | null
}): Query<{ cancelRequestedAt: number | null }> {
  return {
    sql: `UPDATE jobs SET due_at = ?4, progress = coalesce(?5, progress),
        progress_note = coalesce(?6, progress_note)
      WHERE tenant_id = ?1 AND id = ?2 AND lease = ?3 AND state = 'running'
      RETURNING cancel_requested_at AS cancelRequestedAt`,
    params: [job.tenantId, job.id, job.lease, job.until, job.progress, job.note],
  }
}

/** Ends a job for good, with its last try. Nothing happens to one that another worker holds. */
export function finishJob(job: FinishedJob): Query<never>[] {
  return [
    attemptOf(job),
    {
      sql: `UPDATE jobs SET state = ?4, finished_at = ?5, lease = NULL, result = ?6, last_error = ?7,
          progress = CASE ?4 WHEN 'done' THEN 100 ELSE progress END
        WHERE tenant_id = ?1 AND id = ?2 AND lease = ?3 AND state = 'running'`,
      params: [job.tenantId, job.id, job.lease, job.state, job.now, job.result, job.error],
    },
  ]
}

/**
 * Puts a job back until an instant; one whose end was asked for is cancelled. A try that does not
 * count leaves no trace.
 */
export function pauseJob(job: PausedJob): Query<never>[] {
  return [
    ...(job.counts ? [attemptOf(job)] : []),
    {
      sql: `UPDATE jobs SET due_at = ?4, lease = NULL,
          state = CASE WHEN cancel_requested_at IS NULL THEN 'queued' ELSE 'cancelled' END,
          finished_at = CASE WHEN cancel_requested_at IS NULL THEN NULL ELSE ?7 END,
          last_error = coalesce(?5, last_error), attempts = attempts - ?6
        WHERE tenant_id = ?1 AND id = ?2 AND lease = ?3 AND state = 'running'`,
      params: [job.tenantId, job.id, job.lease, job.dueAt, job.error, job.counts ? 0 : 1, job.now],
    },
  ]
}

/** Numbered over the whole life of the job: a retry by hand counts its tries anew. */
function attemptOf(job: FinishedJob | PausedJob): Query<never> {
  return {
    sql: `INSERT INTO job_attempts (tenant_id, job_id, attempt, outcome, error, started_at, ended_at)
      SELECT tenant_id, id, (
          SELECT coalesce(max(attempt), 0) + 1 FROM job_attempts
          WHERE tenant_id = jobs.tenant_id AND job_id = jobs.id),
        ?4, ?5, coalesce(started_at, created_at), ?6 FROM jobs
      WHERE tenant_id = ?1 AND id = ?2 AND lease = ?3 AND state = 'running'`,
    params: [job.tenantId, job.id, job.lease, job.outcome, job.error, job.now],
  }
}

/** What a shard has to do, over all tenants. What has ended well is not read. */
export const jobFigures = (now: number): Query<JobFigures> => ({
  sql: `SELECT coalesce(sum(state = 'queued'), 0) AS queued,
      coalesce(sum(state = 'running'), 0) AS running, min(due_at) AS oldestDue,
      (SELECT count(*) FROM jobs INDEXED BY jobs_dead WHERE state = 'dead') AS dead
    FROM (
      SELECT state, CASE WHEN due_at <= ?1 THEN due_at END AS due_at FROM jobs INDEXED BY jobs_due
      WHERE state IN ('queued', 'running') AND concurrency IS NULL
      UNION ALL
      SELECT state, CASE WHEN due_at <= ?1 THEN due_at END FROM jobs INDEXED BY jobs_limited
      WHERE state IN ('queued', 'running') AND concurrency IS NOT NULL)`,
  params: [now],
})

import { limits } from '../../kernel/limits.ts'
import type { Query } from '../../kernel/statement.ts'
import type { ClaimedJob, FinishedJob, HeldJob, PausedJob } from './types.ts'

/**
 * Takes due jobs under a lease: high priority first, then the longest due, at most a page and never
 * more of a name in a tenant than its concurrency allows.
 */
export function claimJobs(claim: {
  readonly now: number
  readonly lease: string
  readonly until: number
  /** Of one tenant only; null means all. */
  readonly tenantId: string | null
}): Query<ClaimedJob> {
  return {
    sql: `UPDATE jobs SET lease = ?2, due_at = ?3
      WHERE (tenant_id, id) IN (
        SELECT tenant_id, id FROM (
          SELECT due.tenant_id, due.id, due.priority, due.due_at, due.concurrency,
            row_number() OVER (
              PARTITION BY due.tenant_id, due.name ORDER BY due.priority, due.due_at, due.id) AS place,
            (SELECT count(*) FROM jobs busy
              WHERE busy.tenant_id = due.tenant_id AND busy.name = due.name
                AND busy.state IN ('queued', 'running') AND busy.lease IS NOT NULL
                AND busy.due_at > ?1) AS busy
          FROM (
            SELECT tenant_id, id, name, priority, due_at, concurrency FROM jobs
            WHERE state IN ('queued', 'running') AND priority IN (0, 1, 2) AND due_at <= ?1
              AND (?4 IS NULL OR tenant_id = ?4)
            ORDER BY priority, due_at LIMIT ?6) due)
        WHERE concurrency IS NULL OR place + busy <= concurrency
        ORDER BY priority, due_at LIMIT ?5)
      RETURNING tenant_id AS tenantId, id, lease`,
    params: [
      claim.now,
      claim.lease,
      claim.until,
      claim.tenantId,
      limits.events.page,
      limits.events.inFlight,
    ],
  }
}

/**
 * Starts the jobs that are still held under the leases of their wake-up calls. A job that was at work
 * before has lost its worker: that is noted first.
 */
export function beginJobs(held: {
  readonly ids: readonly string[]
  readonly leases: readonly string[]
  readonly now: number
  readonly until: number
}): [lost: Query<HeldJob>, begun: Query<HeldJob>] {
  const params = [JSON.stringify(held.ids), JSON.stringify(held.leases), held.now] as const
  return [
    {
      sql: `INSERT INTO job_attempts (tenant_id, job_id, attempt, outcome, error, started_at, ended_at)
        SELECT tenant_id, id, attempts, 'lost', 'the worker was lost', started_at, ?3 FROM jobs
        WHERE id IN (SELECT value FROM json_each(?1)) AND lease IN (SELECT value FROM json_each(?2))
          AND state = 'running'
        ON CONFLICT DO NOTHING`,
      params,
    },
    {
      sql: `UPDATE jobs SET state = 'running', attempts = attempts + 1, started_at = ?3, due_at = ?4
        WHERE id IN (SELECT value FROM json_each(?1)) AND lease IN (SELECT value FROM json_each(?2))
          AND state IN ('queued', 'running')
        RETURNING tenant_id AS tenantId, id, name, version, payload, attempts,
          max_attempts AS maxAttempts, lease, correlation_id AS correlationId, trace_id AS traceId,
          cancel_requested_at AS cancelRequestedAt, started_at AS startedAt`,
      params: [...params, held.until],
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

/** Puts a job back until an instant. A try that does not count leaves no trace. */
export function pauseJob(job: PausedJob): Query<never>[] {
  return [
    ...(job.counts ? [attemptOf(job)] : []),
    {
      sql: `UPDATE jobs SET state = 'queued', due_at = ?4, lease = NULL,
          last_error = coalesce(?5, last_error), attempts = attempts - ?6
        WHERE tenant_id = ?1 AND id = ?2 AND lease = ?3 AND state = 'running'`,
      params: [job.tenantId, job.id, job.lease, job.dueAt, job.error, job.counts ? 0 : 1],
    },
  ]
}

function attemptOf(job: FinishedJob | PausedJob): Query<never> {
  return {
    sql: `INSERT INTO job_attempts (tenant_id, job_id, attempt, outcome, error, started_at, ended_at)
      SELECT tenant_id, id, attempts, ?4, ?5, started_at, ?6 FROM jobs
      WHERE tenant_id = ?1 AND id = ?2 AND lease = ?3 AND state = 'running'
      ON CONFLICT DO NOTHING`,
    params: [job.tenantId, job.id, job.lease, job.outcome, job.error, job.now],
  }
}

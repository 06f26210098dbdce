import { and, desc, eq, lt, sql } from 'drizzle-orm'
import {
  type Bind,
  type Query,
  type Statement,
  builder,
  columns,
  prepare,
  prepareEach,
} from '../../../kernel/statement.ts'
import { jobAttempts, jobs } from '../../commit/index.ts'
import type { JobAttempt, JobState } from './types.ts'

const jobColumns = {
  id: jobs.id,
  name: jobs.name,
  version: jobs.version,
  state: jobs.state,
  priority: jobs.priority,
  dueAt: jobs.dueAt,
  attempts: jobs.attempts,
  maxAttempts: jobs.maxAttempts,
  progress: jobs.progress,
  lastError: jobs.lastError,
  correlationId: jobs.correlationId,
  causationId: jobs.causationId,
  createdAt: jobs.createdAt,
  startedAt: jobs.startedAt,
  finishedAt: jobs.finishedAt,
  cancelRequestedAt: jobs.cancelRequestedAt,
}

/** A job without what it holds. */
export type JobRow = NonNullable<ReturnType<typeof findJobs>['_row']>

/** Which filters a list has. */
interface ListShape {
  readonly state: boolean
  readonly name: boolean
}

/** Jobs made before the id, newest first. */
export const findJobs = prepareEach((shape: ListShape, bind: Bind) =>
  builder
    .select(columns(jobColumns))
    .from(jobs)
    .where(
      and(
        eq(jobs.tenantId, bind('tenantId')),
        shape.state ? eq(jobs.state, bind('state')) : undefined,
        shape.name ? eq(jobs.name, bind('name')) : undefined,
        lt(jobs.id, bind('before')),
      ),
    )
    .orderBy(desc(jobs.id))
    .limit(sql.placeholder('limit')),
)

/** A job with what it holds. */
export type ContentsRow = NonNullable<ReturnType<typeof findJob>['_row']>

export const findJob = prepare((bind) =>
  builder
    .select(
      columns({
        ...jobColumns,
        payload: jobs.payload,
        result: jobs.result,
        progressNote: jobs.progressNote,
        uniqueKey: jobs.uniqueKey,
      }),
    )
    .from(jobs)
    .where(and(eq(jobs.tenantId, bind('tenantId')), eq(jobs.id, bind('id')))),
)

/** A try as it is stored. */
export type AttemptRow = Omit<JobAttempt, 'startedAt' | 'endedAt'> & {
  readonly startedAt: number
  readonly endedAt: number
}

/** The last tries of a job, newest first. */
export const findAttempts = prepare((bind) =>
  builder
    .select(
      columns({
        attempt: jobAttempts.attempt,
        outcome: jobAttempts.outcome,
        error: jobAttempts.error,
        startedAt: jobAttempts.startedAt,
        endedAt: jobAttempts.endedAt,
      }),
    )
    .from(jobAttempts)
    .where(and(eq(jobAttempts.tenantId, bind('tenantId')), eq(jobAttempts.jobId, bind('jobId'))))
    .orderBy(desc(jobAttempts.attempt))
    .limit(sql.placeholder('limit')),
)

/** Ends a job that waits. */
export const cancelQueued = prepare((bind) =>
  builder
    .update(jobs)
    .set({
      state: 'cancelled',
      lease: null,
      cancelRequestedAt: bind('now'),
      finishedAt: bind('now'),
    })
    .where(
      and(
        eq(jobs.tenantId, bind('tenantId')),
        eq(jobs.id, bind('id')),
        eq(jobs.state, sql`'queued'`),
      ),
    ),
)

/** Asks a job that is at work to end. */
export const requestCancel = prepare((bind) =>
  builder
    .update(jobs)
    .set({ cancelRequestedAt: bind('now') })
    .where(
      and(
        eq(jobs.tenantId, bind('tenantId')),
        eq(jobs.id, bind('id')),
        eq(jobs.state, sql`'running'`),
      ),
    ),
)

/** The constraint that a job breaks whose unique key another one has that waits or runs. */
export const KEY_WAITS = 'jobs.tenant_id, jobs.name, jobs.unique_key'

/** Has jobs that have ended in a state wait again, from their first try on. */
export function requeue(
  tenantId: string,
  ids: readonly string[],
  state: JobState,
  now: number,
): Statement {
  return {
    sql: `UPDATE jobs SET state = 'queued', attempts = 0, due_at = ?4, lease = NULL, progress = 0,
        progress_note = NULL, result = NULL, cancel_requested_at = NULL, finished_at = NULL
      WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND state = ?3`,
    params: [tenantId, JSON.stringify(ids), state, now],
  }
}

/** Aborts the batch unless the statement before it changed so many rows. */
export function countGuard(count: number): Statement {
  return {
    sql: 'INSERT INTO commit_guards (state_allows) SELECT 0 WHERE changes() <> ?1',
    params: [count],
  }
}

/** A job that may wait again. */
export interface Candidate {
  readonly id: string
  readonly name: string
  readonly uniqueKey: string | null
}

/** Jobs that have ended in a state, oldest first, without those whose unique key waits or runs. */
export function findEnded(
  tenantId: string,
  filter: {
    readonly state: JobState
    readonly name: string | null
    /** Epoch milliseconds of the end, inclusive. */
    readonly since: number | null
    /** Exclusive. */
    readonly until: number | null
  },
  limit: number,
): Query<Candidate> {
  return {
    sql: `SELECT id, name, unique_key AS uniqueKey FROM jobs
      WHERE tenant_id = ?1 AND state = ?2 AND (?3 IS NULL OR name = ?3)
        AND (?4 IS NULL OR finished_at >= ?4) AND (?5 IS NULL OR finished_at < ?5)
        AND NOT EXISTS (
          SELECT 1 FROM jobs twin
          WHERE twin.tenant_id = jobs.tenant_id AND twin.name = jobs.name
            AND twin.unique_key = jobs.unique_key AND twin.unique_key IS NOT NULL
            AND twin.state IN ('queued', 'running'))
      ORDER BY id LIMIT ?6`,
    params: [tenantId, filter.state, filter.name, filter.since, filter.until, limit],
  }
}

import { and, desc, eq, lt, sql } from 'drizzle-orm'
import { limits } from '../../kernel/limits.ts'
import {
  type Bind,
  type Query,
  type Statement,
  builder,
  columns,
  prepare,
  prepareEach,
} from '../../kernel/statement.ts'
import { jobs } from '../commit/index.ts'
import { scheduleRuns, schedules } from './tables.ts'
import type { NewRun, OwnedSchedule, Run, Schedule } from './types.ts'

/** The constraint that a second schedule of a name breaks. */
export const NAME_TAKEN = 'schedules.tenant_id, schedules.name'
/** The constraint that a second tick breaks when it adds what another has just added. */
export const DECLARED_TWICE = 'schedules.name'

const scheduleColumns = columns({
  tenantId: schedules.tenantId,
  id: schedules.id,
  name: schedules.name,
  description: schedules.description,
  cron: schedules.cron,
  timezone: schedules.timezone,
  task: schedules.task,
  input: schedules.input,
  missed: schedules.missed,
  isPaused: schedules.isPaused,
  nextRunAt: schedules.nextRunAt,
  lastRunAt: schedules.lastRunAt,
  declaration: schedules.declaration,
  version: schedules.version,
  createdAt: schedules.createdAt,
  updatedAt: schedules.updatedAt,
})

/** A row of `schedules`; input and declaration are JSON text. */
export type ScheduleRow = Omit<OwnedSchedule, 'input' | 'isPaused' | 'declaration'> & {
  readonly input: string
  readonly isPaused: number
  readonly declaration: string | null
}

/** Reads the JSON texts and the flag of a row. */
export function toSchedule(row: ScheduleRow): OwnedSchedule {
  return {
    ...row,
    input: JSON.parse(row.input),
    isPaused: row.isPaused === 1,
    declaration: row.declaration === null ? null : JSON.parse(row.declaration),
  }
}

export const findSchedule = prepare((bind) =>
  builder
    .select(scheduleColumns)
    .from(schedules)
    .where(and(eq(schedules.tenantId, bind('tenantId')), eq(schedules.id, bind('id')))),
)

/** Schedules by name, after a name. */
export const findSchedules = prepare((bind) =>
  builder
    .select(scheduleColumns)
    .from(schedules)
    .where(and(eq(schedules.tenantId, bind('tenantId')), sql`${schedules.name} > ${bind('after')}`))
    .orderBy(schedules.name)
    .limit(sql.placeholder('limit')),
)

/** What the deployment declares, whoever owns it. */
export const findDeclared = prepare(() =>
  builder
    .select(scheduleColumns)
    .from(schedules)
    .where(sql`${schedules.declaration} IS NOT NULL`),
)

/** Schedules of all tenants whose instant has come, the longest due first. */
export const findDue = prepare((bind) =>
  builder
    .select(scheduleColumns)
    .from(schedules)
    .where(and(sql`${schedules.isPaused} = 0`, sql`${schedules.nextRunAt} <= ${bind('now')}`))
    .orderBy(schedules.nextRunAt)
    .limit(sql.placeholder('limit')),
)

/** Changes nothing when the tenant has as many schedules as it may have. */
export function insertSchedule(tenantId: string, schedule: Schedule): Statement {
  return {
    sql: `INSERT INTO schedules (tenant_id, id, name, description, cron, timezone, task, input,
      missed, is_paused, next_run_at, declaration, version, created_at, updated_at)
      SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14
      WHERE (SELECT count(*) FROM schedules WHERE tenant_id = ?1) < ?15`,
    params: [
      tenantId,
      schedule.id,
      schedule.name,
      schedule.description,
      schedule.cron,
      schedule.timezone,
      schedule.task,
      JSON.stringify(schedule.input),
      schedule.missed,
      schedule.isPaused ? 1 : 0,
      schedule.nextRunAt,
      textOf(schedule.declaration),
      schedule.version,
      schedule.createdAt,
      limits.schedules.ofTenant,
    ],
  }
}

/** Writes a schedule over the version that it was decided on, under the owner that it is to have. */
export function updateSchedule(
  before: Pick<OwnedSchedule, 'tenantId' | 'version'>,
  ownerId: string,
  after: Schedule,
): Statement {
  return {
    sql: `UPDATE schedules SET tenant_id = ?4, description = ?5, cron = ?6, timezone = ?7, task = ?8,
      input = ?9, missed = ?10, is_paused = ?11, next_run_at = ?12, declaration = ?13, version = ?14,
      updated_at = ?15
      WHERE tenant_id = ?1 AND id = ?2 AND version = ?3`,
    params: [
      before.tenantId,
      after.id,
      before.version,
      ownerId,
      after.description,
      after.cron,
      after.timezone,
      after.task,
      JSON.stringify(after.input),
      after.missed,
      after.isPaused ? 1 : 0,
      after.nextRunAt,
      textOf(after.declaration),
      after.version,
      after.updatedAt,
    ],
  }
}

export const deleteSchedule = prepare((bind) =>
  builder
    .delete(schedules)
    .where(
      and(
        eq(schedules.tenantId, bind('tenantId')),
        eq(schedules.id, bind('id')),
        eq(schedules.version, bind('version')),
      ),
    ),
)

/** Moves a schedule on from the instant that was read; changes nothing when another tick has. */
export function advanceSchedule(
  read: Pick<OwnedSchedule, 'tenantId' | 'id' | 'version' | 'nextRunAt'>,
  next: number | null,
  ranAt: number | null,
): Query<never> {
  return {
    sql: `UPDATE schedules SET next_run_at = ?5, last_run_at = coalesce(?6, last_run_at)
      WHERE tenant_id = ?1 AND id = ?2 AND version = ?3 AND next_run_at = ?4 AND is_paused = 0`,
    params: [read.tenantId, read.id, read.version, read.nextRunAt, next, ranAt],
  }
}

/** Notes runs of a schedule. */
export function insertRuns(
  tenantId: string,
  scheduleId: string,
  reason: Run['reason'],
  runs: readonly NewRun[],
  now: number,
): Statement {
  return {
    sql: `INSERT INTO schedule_runs (tenant_id, id, schedule_id, reason, scheduled_for, missed, job_id,
      outcome, created_at)
      SELECT ?1, value ->> 'id', ?2, ?3, value ->> 'scheduledFor', value ->> 'missed',
      value ->> 'jobId', value ->> 'outcome', ?5 FROM json_each(?4)`,
    params: [tenantId, scheduleId, reason, JSON.stringify(runs), now],
  }
}

const runColumns = columns({
  id: scheduleRuns.id,
  scheduleId: scheduleRuns.scheduleId,
  reason: scheduleRuns.reason,
  scheduledFor: scheduleRuns.scheduledFor,
  missed: scheduleRuns.missed,
  jobId: scheduleRuns.jobId,
  startedAt: sql<number | null>`coalesce(${scheduleRuns.startedAt}, ${jobs.startedAt})`.as(
    'startedAt',
  ),
  finishedAt: sql<number | null>`coalesce(${scheduleRuns.finishedAt}, ${jobs.finishedAt})`.as(
    'finishedAt',
  ),
  error: sql<string | null>`coalesce(${scheduleRuns.error}, ${jobs.lastError})`.as('error'),
  outcome: sql<Run['outcome']>`coalesce(${scheduleRuns.outcome}, CASE ${jobs.state}
    WHEN 'done' THEN 'succeeded' WHEN 'dead' THEN 'failed' WHEN 'queued' THEN 'waiting'
    ELSE coalesce(${jobs.state}, 'failed') END)`.as('outcome'),
})

/**
 * Runs before an id, newest first; of one schedule when the shape is true. What has not ended is told
 * by its job.
 */
export const findRuns = prepareEach((isOfOne: boolean, bind: Bind) =>
  builder
    .select(runColumns)
    .from(scheduleRuns)
    .leftJoin(jobs, and(eq(jobs.tenantId, scheduleRuns.tenantId), eq(jobs.id, scheduleRuns.jobId)))
    .where(
      and(
        eq(scheduleRuns.tenantId, bind('tenantId')),
        isOfOne ? eq(scheduleRuns.scheduleId, bind('scheduleId')) : undefined,
        lt(scheduleRuns.id, bind('before')),
      ),
    )
    .orderBy(desc(scheduleRuns.id))
    .limit(sql.placeholder('limit')),
)

/** Copies how jobs came out to the runs that they were for. */
export function settleRuns(): Query<never> {
  return {
    sql: `UPDATE schedule_runs SET started_at = j.started_at, finished_at = j.finished_at,
      error = j.last_error,
      outcome = CASE j.state WHEN 'done' THEN 'succeeded' WHEN 'dead' THEN 'failed' ELSE 'cancelled' END
      FROM (SELECT tenant_id, id, job_id FROM schedule_runs WHERE outcome IS NULL
        ORDER BY created_at LIMIT ?1) open
      JOIN jobs j ON j.tenant_id = open.tenant_id AND j.id = open.job_id
        AND j.state IN ('done', 'dead', 'cancelled')
      WHERE schedule_runs.tenant_id = open.tenant_id AND schedule_runs.id = open.id`,
    params: [limits.schedules.settled],
  }
}

/** Removes the oldest runs that were noted before an instant. */
export function deleteRuns(before: number, limit: number): Query<{ swept: number }> {
  return {
    sql: `DELETE FROM schedule_runs WHERE (tenant_id, id) IN (
      SELECT tenant_id, id FROM schedule_runs WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)
      RETURNING 1 AS swept`,
    params: [before, limit],
  }
}

/** Stores the instant of a tick. */
export function beat(tenantId: string, now: number): Query<never> {
  return {
    sql: `INSERT INTO heartbeats (tenant_id, name, last_at) VALUES (?1, 'cron', ?2)
      ON CONFLICT (tenant_id, name) DO UPDATE SET last_at = excluded.last_at`,
    params: [tenantId, now],
  }
}

/** When the last tick was, and since when there has been somebody to tick for. */
export function findBeat(tenantId: string): Query<{ lastAt: number | null; since: number | null }> {
  return {
    sql: `SELECT (SELECT last_at FROM heartbeats WHERE tenant_id = ?1 AND name = 'cron') AS lastAt,
      (SELECT created_at FROM tenants ORDER BY id LIMIT 1) AS since`,
    params: [tenantId],
  }
}

function textOf(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}

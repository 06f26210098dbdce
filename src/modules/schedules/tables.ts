import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

export const schedules = sqliteTable(
  'schedules',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    description: text('description').notNull(),
    cron: text('cron').notNull(),
    timezone: text('timezone').notNull(),
    task: text('task').notNull(),
    input: text('input').notNull(),
    missed: text('missed', { enum: ['skip', 'once', 'all'] }).notNull(),
    isPaused: integer('is_paused').notNull().default(0),
    nextRunAt: integer('next_run_at'),
    lastRunAt: integer('last_run_at'),
    declaration: text('declaration'),
    version: integer('version').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('schedules_name').on(table.tenantId, table.name),
    uniqueIndex('schedules_declared')
      .on(table.name)
      .where(sql`${table.declaration} IS NOT NULL`),
    index('schedules_due')
      .on(table.nextRunAt)
      .where(sql`${table.isPaused} = 0`),
  ],
)

export const scheduleRuns = sqliteTable(
  'schedule_runs',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    scheduleId: text('schedule_id').notNull(),
    reason: text('reason', { enum: ['due', 'asked'] }).notNull(),
    scheduledFor: integer('scheduled_for').notNull(),
    missed: integer('missed').notNull().default(0),
    jobId: text('job_id'),
    outcome: text('outcome', { enum: ['succeeded', 'failed', 'cancelled', 'skipped'] }),
    startedAt: integer('started_at'),
    finishedAt: integer('finished_at'),
    error: text('error'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('schedule_runs_of').on(table.tenantId, table.scheduleId, table.id),
    index('schedule_runs_open')
      .on(table.createdAt)
      .where(sql`${table.outcome} IS NULL`),
    index('schedule_runs_by_age').on(table.createdAt),
  ],
)

export const heartbeats = sqliteTable(
  'heartbeats',
  {
    tenantId: text('tenant_id').notNull(),
    name: text('name').notNull(),
    lastAt: integer('last_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.name] })],
)

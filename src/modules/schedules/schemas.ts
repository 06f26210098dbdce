import * as z from 'zod'
import { limits } from '../../kernel/limits.ts'
import { idSchema, instant, pageOf, pageQuery } from '../../kernel/schemas.ts'
import { taskInput } from './tasks/index.ts'

const cron = z.string().min(1).max(limits.schedules.cron).meta({
  description: 'Minute, hour, day of the month, month and day of the week.',
  example: '15 3 * * *',
})
const timezone = z
  .string()
  .min(1)
  .max(limits.schedules.timezone)
  .meta({ description: 'An IANA time zone.', example: 'Europe/Berlin' })
const missed = z.enum(['skip', 'once', 'all']).meta({
  description:
    'What becomes of instants that passed meanwhile: left out, made up for once, or each made up for.',
})
const description = z.string().max(limits.text.excerpt)

export const createScheduleBody = z
  .strictObject({
    name: z
      .string()
      .max(limits.schedules.name)
      .regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens')
      .meta({ example: 'nightly-sync' }),
    description: description.default(''),
    cron,
    timezone: timezone.default('UTC'),
    task: z.string().max(127).meta({ description: 'The name of a task.', example: 'rbac:sync' }),
    input: taskInput.default({}),
    missed: missed.default('once'),
  })
  .meta({ id: 'CreateSchedule' })

export const updateScheduleBody = z
  .strictObject({
    description: description.optional(),
    cron: cron.optional(),
    timezone: timezone.optional(),
    input: taskInput.optional(),
    missed: missed.optional(),
  })
  .meta({ id: 'UpdateSchedule' })

export const scheduleSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    description: z.string(),
    cron,
    timezone,
    task: z.string(),
    input: taskInput,
    missed,
    isPaused: z.boolean(),
    isDeclared: z
      .boolean()
      .meta({ description: 'True for what comes with the release: it cannot be deleted.' }),
    nextRunAt: instant.nullable().meta({
      description: 'Null while it is paused, and when the expression names no instant any more.',
    }),
    lastRunAt: instant.nullable(),
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Schedule', description: 'A task that runs by the clock.' })

export const runSchema = z
  .object({
    id: idSchema,
    scheduleId: idSchema,
    reason: z
      .enum(['due', 'asked'])
      .meta({ description: 'Whether its instant had come or somebody asked for it.' }),
    scheduledFor: instant,
    missed: z.int().meta({
      description: `Instants before it that passed without a run; at most ${limits.schedules.missed - 1} are counted.`,
    }),
    jobId: idSchema.nullable(),
    outcome: z.enum(['waiting', 'running', 'succeeded', 'failed', 'cancelled', 'skipped']),
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'ScheduleRun', description: 'An instant of a schedule and what became of it.' })

export type CreateSchedule = z.infer<typeof createScheduleBody>
export type UpdateSchedule = z.infer<typeof updateScheduleBody>
export type ScheduleDto = z.infer<typeof scheduleSchema>
export type RunDto = z.infer<typeof runSchema>

export const schedulePage = pageOf(scheduleSchema).meta({ id: 'SchedulePage' })
export const runPage = pageOf(runSchema).meta({ id: 'ScheduleRunPage' })
export const runsQuery = pageQuery.extend({ scheduleId: idSchema.optional() })

export type RunsQuery = z.infer<typeof runsQuery>

import { parseArguments, parseTarget, parseWith } from '../../kernel/parse.ts'
import { type Page, idParams, pageQuery } from '../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../ports/graphql.ts'
import {
  type RunDto,
  type ScheduleDto,
  createScheduleBody,
  runsQuery,
  updateScheduleBody,
} from './schemas.ts'
import { listScheduleRuns, runSchedule } from './service/runs.ts'
import {
  createSchedule,
  deleteSchedule,
  getSchedule,
  listSchedules,
  pauseSchedule,
  resumeSchedule,
  updateSchedule,
} from './service/schedules.ts'
import { inputOf } from './tasks/index.ts'
import { tasksGraphql } from './tasks/graphql.ts'

/** Adds schedules and tasks to the schema. */
export function schedulesGraphql(builder: GraphqlBuilder): void {
  const types = addTypes(builder)
  addQueries(builder, types)
  addChanges(builder, types)
  addActions(builder, types)
  tasksGraphql(builder)
}

type Types = ReturnType<typeof addTypes>

function addTypes(builder: GraphqlBuilder) {
  const missed = builder.enumType('MissedRuns', {
    description: 'What becomes of instants that passed meanwhile.',
    values: ['skip', 'once', 'all'] as const,
  })
  const schedule = builder.objectRef<ScheduleDto>('Schedule').implement({
    description: 'A task that runs by the clock.',
    fields: (t) => ({
      id: t.exposeID('id'),
      name: t.exposeString('name'),
      description: t.exposeString('description'),
      cron: t.exposeString('cron'),
      timezone: t.exposeString('timezone'),
      task: t.exposeString('task'),
      inputJson: t.string({ resolve: ({ input }) => JSON.stringify(input) }),
      missed: t.expose('missed', { type: missed }),
      isPaused: t.exposeBoolean('isPaused'),
      isDeclared: t.exposeBoolean('isDeclared'),
      nextRunAt: t.expose('nextRunAt', { type: 'DateTime', nullable: true }),
      lastRunAt: t.expose('lastRunAt', { type: 'DateTime', nullable: true }),
      version: t.exposeInt('version'),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    }),
  })
  return { missed, schedule, run: addRun(builder) }
}

function addRun(builder: GraphqlBuilder) {
  const reason = builder.enumType('ScheduleRunReason', { values: ['due', 'asked'] as const })
  const outcome = builder.enumType('ScheduleRunOutcome', {
    values: ['waiting', 'running', 'succeeded', 'failed', 'cancelled', 'skipped'] as const,
  })
  return builder.objectRef<RunDto>('ScheduleRun').implement({
    description: 'An instant of a schedule and what became of it.',
    fields: (t) => ({
      id: t.exposeID('id'),
      scheduleId: t.exposeID('scheduleId'),
      reason: t.expose('reason', { type: reason }),
      scheduledFor: t.expose('scheduledFor', { type: 'DateTime' }),
      missed: t.exposeInt('missed'),
      jobId: t.exposeID('jobId', { nullable: true }),
      outcome: t.expose('outcome', { type: outcome }),
      startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
      finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
      error: t.exposeString('error', { nullable: true }),
    }),
  })
}

function addQueries(builder: GraphqlBuilder, { schedule, run }: Types): void {
  const schedulePage = builder.objectRef<Page<ScheduleDto>>('SchedulePage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [schedule] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  const runPage = builder.objectRef<Page<RunDto>>('ScheduleRunPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [run] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  builder.queryFields((t) => ({
    schedules: t.field({
      type: schedulePage,
      description: 'The schedules by name.',
      args: { limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, args, { deps, ctx }) =>
        listSchedules(deps, ctx, parseArguments(pageQuery, args)),
    }),
    schedule: t.field({
      type: schedule,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => getSchedule(deps, ctx, parseArguments(idParams, args)),
    }),
    scheduleRuns: t.field({
      type: runPage,
      description: 'The runs of the schedules, newest first.',
      args: { scheduleId: t.arg.id(), limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, args, { deps, ctx }) =>
        listScheduleRuns(deps, ctx, parseArguments(runsQuery, args)),
    }),
  }))
}

const versionHelp = 'The version that is replaced; any when left out.'
const inputHelp = 'What the task is given, as a JSON object.'

function addChanges(builder: GraphqlBuilder, { schedule, missed }: Types): void {
  const create = builder.inputType('CreateScheduleInput', {
    fields: (t) => ({
      name: t.string({ required: true }),
      description: t.string(),
      cron: t.string({ required: true }),
      timezone: t.string(),
      task: t.string({ required: true }),
      inputJson: t.string({ description: inputHelp }),
      missed: t.field({ type: missed }),
    }),
  })
  const update = builder.inputType('UpdateScheduleInput', {
    fields: (t) => ({
      description: t.string(),
      cron: t.string(),
      timezone: t.string(),
      inputJson: t.string({ description: inputHelp }),
      missed: t.field({ type: missed }),
    }),
  })
  builder.mutationFields((t) => ({
    createSchedule: t.field({
      type: schedule,
      args: { input: t.arg({ type: create, required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        createSchedule(deps, ctx, parseWith(createScheduleBody, bodyOf(args.input), '/input')),
    }),
    updateSchedule: t.field({
      type: schedule,
      args: {
        id: t.arg.id({ required: true }),
        version: t.arg.int({ description: versionHelp }),
        input: t.arg({ type: update, required: true }),
      },
      resolve: (_, args, { deps, ctx }) =>
        updateSchedule(deps, ctx, {
          ...parseWith(updateScheduleBody, bodyOf(args.input), '/input'),
          ...parseTarget(args),
        }),
    }),
    deleteSchedule: t.boolean({
      args: { id: t.arg.id({ required: true }), version: t.arg.int({ description: versionHelp }) },
      resolve: async (_, args, { deps, ctx }) => {
        await deleteSchedule(deps, ctx, parseTarget(args))
        return true
      },
    }),
  }))
}

function addActions(builder: GraphqlBuilder, { schedule, run }: Types): void {
  builder.mutationFields((t) => ({
    pauseSchedule: t.field({
      type: schedule,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => pauseSchedule(deps, ctx, parseArguments(idParams, args)),
    }),
    resumeSchedule: t.field({
      type: schedule,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        resumeSchedule(deps, ctx, parseArguments(idParams, args)),
    }),
    runSchedule: t.field({
      type: run,
      description: 'Runs a schedule’s task at once.',
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => runSchedule(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
}

/** The body of REST from an input of GraphQL: nulls are left out, JSON text is read. */
function bodyOf({
  inputJson,
  ...rest
}: Readonly<Record<string, unknown>> & { readonly inputJson?: string | null | undefined }): Record<
  string,
  unknown
> {
  const input = inputOf(inputJson, '/input/inputJson')
  const given = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined)
  return { ...Object.fromEntries(given), ...(input ? { input } : {}) }
}

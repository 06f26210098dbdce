import { parseArguments } from '../../../kernel/parse.ts'
import { type Page, idParams } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import * as schemas from './schemas.ts'
import { cancelJob, retryJob } from './service/change-job.ts'
import { getJob, listJobs } from './service/read-jobs.ts'
import { retryJobs } from './service/retry-jobs.ts'
import type { RetriedJobs, Job, JobAttempt, JobDetail } from './types.ts'

/** Adds the background jobs to the schema. */
export function jobsGraphql(builder: GraphqlBuilder): void {
  const types = addJob(builder)
  const detail = addJobDetail(builder, types)
  addQueries(builder, types, detail)
  addMutations(builder, types)
}

type JobTypes = ReturnType<typeof addJob>

function addJob(builder: GraphqlBuilder) {
  const state = builder.enumType('JobState', {
    values: ['queued', 'running', 'done', 'dead', 'cancelled'] as const,
  })
  const shared = builder.interfaceRef<Job>('BackgroundJob').implement({
    description: 'A unit of background work.',
    fields: (t) => ({
      id: t.exposeID('id'),
      name: t.exposeString('name'),
      version: t.exposeInt('version', { description: 'Of the payload’s schema.' }),
      state: t.expose('state', { type: state }),
      priority: t.exposeString('priority'),
      dueAt: t.expose('dueAt', { type: 'DateTime' }),
      attempts: t.exposeInt('attempts'),
      maxAttempts: t.exposeInt('maxAttempts'),
      progress: t.exposeInt('progress', { description: 'Percent.' }),
      lastError: t.exposeString('lastError', { nullable: true }),
      correlationId: t.exposeString('correlationId'),
      causationId: t.exposeString('causationId', { nullable: true }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
      finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
      cancelRequestedAt: t.expose('cancelRequestedAt', { type: 'DateTime', nullable: true }),
    }),
  })
  const job = builder.objectRef<Job>('Job').implement({ interfaces: [shared] })
  return { state, shared, job }
}

function addJobDetail(builder: GraphqlBuilder, { shared }: JobTypes) {
  const attempt = builder.objectRef<JobAttempt>('JobAttempt').implement({
    description: 'How one try of a job came out.',
    fields: (t) => ({
      attempt: t.exposeInt('attempt'),
      outcome: t.exposeString('outcome'),
      error: t.exposeString('error', { nullable: true }),
      startedAt: t.expose('startedAt', { type: 'DateTime' }),
      endedAt: t.expose('endedAt', { type: 'DateTime' }),
    }),
  })
  const managers = 'Null for callers without `jobs:manage`.'
  return builder.objectRef<JobDetail>('JobDetail').implement({
    description: 'A job with its history.',
    interfaces: [shared],
    fields: (t) => ({
      history: t.expose('history', {
        type: [attempt],
        description: 'The last tries, newest first.',
      }),
      payloadJson: t.string({
        nullable: true,
        description: managers,
        resolve: ({ contents }) => (contents ? JSON.stringify(contents.payload) : null),
      }),
      resultJson: t.string({
        nullable: true,
        description: managers,
        resolve: ({ contents }) => (contents ? JSON.stringify(contents.result) : null),
      }),
      progressNote: t.string({
        nullable: true,
        description: managers,
        resolve: ({ contents }) => contents?.progressNote ?? null,
      }),
      uniqueKey: t.string({
        nullable: true,
        description: managers,
        resolve: ({ contents }) => contents?.uniqueKey ?? null,
      }),
    }),
  })
}

function addQueries(
  builder: GraphqlBuilder,
  { job, state }: JobTypes,
  detail: ReturnType<typeof addJobDetail>,
): void {
  const page = builder.objectRef<Page<Job>>('JobPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [job] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  builder.queryFields((t) => ({
    jobs: t.field({
      type: page,
      description: 'The background jobs, newest first.',
      args: {
        limit: t.arg.int(),
        cursor: t.arg.string(),
        state: t.arg({ type: state }),
        name: t.arg.string(),
      },
      resolve: (_, args, { deps, ctx }) =>
        listJobs(deps, ctx, parseArguments(schemas.jobsQuery, args)),
    }),
    job: t.field({
      type: detail,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => getJob(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
}

function addMutations(builder: GraphqlBuilder, { job, state }: JobTypes): void {
  const bulk = builder.objectRef<RetriedJobs>('RetriedJobs').implement({
    description: 'How many jobs wait again.',
    fields: (t) => ({
      count: t.exposeInt('count'),
      hasMore: t.exposeBoolean('hasMore', {
        description: 'Whether the limit of one call has left some.',
      }),
    }),
  })
  builder.mutationFields((t) => ({
    cancelJob: t.field({
      type: job,
      description: 'Cancels a job that waits, or asks one at work to end.',
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => cancelJob(deps, ctx, parseArguments(idParams, args)),
    }),
    retryJob: t.field({
      type: job,
      description: 'Has a dead or cancelled job wait again.',
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => retryJob(deps, ctx, parseArguments(idParams, args)),
    }),
    retryJobs: t.field({
      type: bulk,
      description: 'Has the dead or cancelled jobs of a filter wait again.',
      args: {
        state: t.arg({ type: state }),
        name: t.arg.string(),
        since: t.arg.string(),
        until: t.arg.string(),
      },
      resolve: (_, args, { deps, ctx }) =>
        retryJobs(deps, ctx, parseArguments(schemas.retryJobsBody, args)),
    }),
  }))
}

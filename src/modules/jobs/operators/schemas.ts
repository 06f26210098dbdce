import * as z from 'zod'
import { idSchema, instant, instantInput, pageOf, pageQuery } from '../../../kernel/schemas.ts'

const stateSchema = z
  .enum(['queued', 'running', 'done', 'dead', 'cancelled'])
  .meta({ description: '`dead`: tried to the limit or refused for good.' })

const nameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/, 'must be the name of a job')
  .max(100)
  .meta({ description: '`<module>:<verb>`.', example: 'blog:import' })

const jobShape = {
  id: idSchema,
  name: z.string(),
  version: z.int().meta({ description: 'Of the payload’s schema.' }),
  state: stateSchema,
  priority: z.enum(['high', 'normal', 'low']),
  dueAt: instant,
  attempts: z.int().meta({ description: 'Tries since it was made or retried by hand.' }),
  maxAttempts: z.int(),
  progress: z.int().meta({ description: 'Percent.' }),
  lastError: z.string().nullable(),
  correlationId: z.string().meta({ description: 'The request that began it all.' }),
  causationId: z
    .string()
    .nullable()
    .meta({ description: 'The event or job that led to this one.' }),
  createdAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  cancelRequestedAt: instant.nullable(),
}

export const jobSchema = z
  .object(jobShape)
  .meta({ id: 'Job', description: 'A unit of background work.' })

const attemptSchema = z.object({
  attempt: z.int(),
  outcome: z
    .enum(['done', 'failed', 'lost', 'cancelled'])
    .meta({ description: '`lost`: the worker died.' }),
  error: z.string().nullable(),
  startedAt: instant,
  endedAt: instant,
})

const contentsSchema = z
  .object({
    payload: z.unknown(),
    result: z.unknown(),
    progressNote: z.string().nullable(),
    uniqueKey: z.string().nullable(),
  })
  .nullable()
  .meta({ description: 'Null for callers without `jobs:manage`.' })

export const jobDetailSchema = z
  .object({
    ...jobShape,
    history: z.array(attemptSchema).meta({ description: 'The last tries, newest first.' }),
    contents: contentsSchema,
  })
  .meta({ id: 'JobDetail', description: 'A job with its history.' })

export const jobPage = pageOf(jobSchema).meta({ id: 'JobPage' })

export const jobsQuery = pageQuery.extend({
  state: stateSchema.optional(),
  name: nameSchema.optional(),
})

export const retryJobsBody = z.strictObject({
  state: z.enum(['dead', 'cancelled']).default('dead'),
  name: nameSchema.optional(),
  since: instantInput.optional().meta({ description: 'Ended at this instant or later.' }),
  until: instantInput.optional().meta({ description: 'Ended before this instant.' }),
})

export const retriedJobsSchema = z
  .object({
    count: z.int(),
    hasMore: z.boolean().meta({ description: 'Whether the limit of one call has left some.' }),
  })
  .meta({ id: 'RetriedJobs', description: 'How many jobs wait again.' })

import * as z from 'zod'
import { idSchema, instant, instantInput, pageOf, pageQuery } from '../../../kernel/schemas.ts'
import type { DeadFilter } from './types.ts'

export const outboxSchema = z
  .object({
    owed: z.int().meta({ description: 'Events that some subscriber has not handled.' }),
    oldestAgeSeconds: z
      .int()
      .nullable()
      .meta({ description: 'Seconds since the oldest of them happened; null when none is owed.' }),
    retried: z.int().meta({ description: 'Owed events that were tried before.' }),
    dead: z.int().meta({ description: 'Dead letters.' }),
  })
  .meta({ id: 'Outbox', description: 'What the outbox owes the tenant’s subscribers.' })

const deadLetterShape = {
  id: idSchema,
  type: z.string(),
  version: z.int(),
  aggregate: z.object({ type: z.string(), id: z.string(), version: z.int() }),
  attempts: z.int(),
  lastError: z.string().nullable(),
  waiting: z
    .array(z.string())
    .nullable()
    .meta({ description: 'The subscribers that a redrive gives it to; null means all.' }),
  traceId: z.string(),
  occurredAt: instant,
  deadAt: instant,
}

const deadLetterSchema = z
  .object(deadLetterShape)
  .meta({ id: 'DeadLetter', description: 'An event that was given up.' })

export const deadLetterDetailSchema = z
  .object({
    ...deadLetterShape,
    payload: z.unknown().meta({ description: 'Null for callers without `events:manage`.' }),
  })
  .meta({ id: 'DeadLetterDetail', description: 'A dead letter with what it says.' })

export const deadLetterPage = pageOf(deadLetterSchema).meta({ id: 'DeadLetterPage' })

const filterShape = {
  id: idSchema.optional(),
  type: z
    .string()
    .regex(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){2}$/, 'must be the type of an event')
    .max(100)
    .optional()
    .meta({ example: 'blog.post.published' }),
  since: instantInput.optional().meta({ description: 'Given up at this instant or later.' }),
  until: instantInput.optional().meta({ description: 'Given up before this instant.' }),
  subscriber: z
    .string()
    .regex(/^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/, 'must be the name of a subscriber')
    .max(100)
    .optional()
    .meta({ description: 'One that has not had its effect.' }),
}

export const deadLettersQuery = pageQuery.extend(filterShape)

export const redriveBody = z.strictObject(filterShape)

export const purgeBody = z
  .strictObject(filterShape)
  .refine((filter) => Object.values(filter).some((value) => value !== undefined), {
    message: 'must name at least one criterion',
  })

/** The filter of a call, with its instants in epoch milliseconds. */
export function filterOf(input: z.infer<typeof redriveBody>): DeadFilter {
  const { id, type, since, until, subscriber } = input
  return {
    id,
    type,
    subscriber,
    since: since === undefined ? undefined : Date.parse(since),
    until: until === undefined ? undefined : Date.parse(until),
  }
}

export const changedSchema = z
  .object({
    count: z.int(),
    hasMore: z.boolean().meta({ description: 'Whether the limit of one call has left some.' }),
  })
  .meta({ id: 'ChangedDeadLetters', description: 'How many dead letters were changed.' })

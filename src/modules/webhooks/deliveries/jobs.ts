import * as z from 'zod'
import { fullJitter } from '../../../kernel/backoff.ts'
import { defineJob } from '../../../kernel/job.ts'
import type { Deps } from '../../../ports/deps.ts'
import { deliver } from './service/deliver.ts'

const schema = z.object({ deliveryId: z.string() })

/**
 * One delivery, until it has come to its end. Its tries are counted by the delivery itself, which
 * waits between them; the job's own are for faults of ours.
 */
export const deliverJob = defineJob<Deps>()({
  name: 'webhooks:deliver',
  version: 1,
  description: 'Sends an event to a webhook endpoint',
  schema,
  permissions: [],
  retry: fullJitter({ maxAttempts: 20, baseMilliseconds: 1_000, capMilliseconds: 900_000 }),
  // All that a try may wait for, and short enough to have an invocation of its own.
  timeoutSeconds: 25,
  unique: ({ deliveryId }) => deliveryId,
  perform: (deps, ctx, { deliveryId }, run) => deliver(deps, ctx, deliveryId, run),
})

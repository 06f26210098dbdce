import { defineJob } from '../../kernel/job.ts'
import type { Deps } from '../../ports/deps.ts'
import { retry } from './domain.ts'
import { deliverPayload } from './schemas.ts'
import { deliverMail } from './service/deliver.ts'

/**
 * Sends one message. A job a mail, and a few at once in a tenant: a provider that hangs holds up
 * these few and nobody else.
 */
export const deliverJob = defineJob<Deps>()({
  name: 'mail:deliver',
  version: 1,
  description: 'Sends a mail, with retries for a day.',
  schema: deliverPayload,
  permissions: [],
  retry,
  timeoutSeconds: 120,
  concurrency: 5,
  unique: ({ messageId }) => messageId,
  perform: deliverMail,
})

export const jobs = [deliverJob]

import * as z from 'zod'
import { fullJitter } from '../../../kernel/backoff.ts'
import { defineJob } from '../../../kernel/job.ts'
import type { Deps } from '../../../ports/deps.ts'
import { performBulk } from './service/perform-bulk.ts'

/** Changes many assets, in runs. */
export const bulkJob = defineJob<Deps>()({
  name: 'media:bulk',
  version: 1,
  description: 'Changes many assets',
  schema: z.object({ bulkId: z.string() }),
  permissions: [],
  retry: fullJitter({ maxAttempts: 5, baseMilliseconds: 5_000, capMilliseconds: 600_000 }),
  timeoutSeconds: 300,
  concurrency: 2,
  perform: performBulk,
})

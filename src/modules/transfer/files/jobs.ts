import { fullJitter } from '../../../kernel/backoff.ts'
import { defineJob } from '../../../kernel/job.ts'
import type { Deps } from '../../../ports/deps.ts'
import { forgetPayload } from '../schemas.ts'
import { forgetExport } from '../service/forget-export.ts'
import { inRuns } from '../service/in-runs.ts'

/** Removes an export whose time is over, in runs. */
export const forgetJob = defineJob<Deps>()({
  name: 'transfer:forget',
  version: 1,
  description: 'Removes an old export.',
  schema: forgetPayload,
  permissions: [],
  retry: fullJitter({ maxAttempts: 5, baseMilliseconds: 5_000, capMilliseconds: 600_000 }),
  timeoutSeconds: 300,
  concurrency: 2,
  perform: (deps, ctx, payload, run) => inRuns(deps, () => forgetExport(deps, ctx, payload, run)),
})

import { fullJitter } from '../../../kernel/backoff.ts'
import { defineJob, jobOf } from '../../../kernel/job.ts'
import { limits } from '../../../kernel/limits.ts'
import type { Deps } from '../../../ports/deps.ts'
import { forgetJob } from '../files/index.ts'
import { inRuns } from '../service/in-runs.ts'
import { personPayload } from './schemas.ts'
import { performPersonExport } from './service/perform.ts'

const DAY = 86_400_000

/** Writes all that the tenant holds on a user, in runs. */
export const personExportJob = defineJob<Deps>()({
  name: 'transfer:export-user',
  version: 1,
  description: 'Exports what is held on a user.',
  schema: personPayload,
  permissions: [],
  retry: fullJitter({ maxAttempts: 5, baseMilliseconds: 5_000, capMilliseconds: 600_000 }),
  timeoutSeconds: 300,
  concurrency: 2,
  unique: ({ userId }) => userId,
  perform: (deps, ctx, payload, run) => {
    const dueAt = ctx.now + limits.transfer.personKeptDays * DAY
    const forget = jobOf(forgetJob, { exportId: run.id }, { dueAt })
    return inRuns(deps, () => performPersonExport(deps, ctx, payload, run, forget))
  },
})

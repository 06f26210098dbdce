import { fullJitter } from '../../kernel/backoff.ts'
import { AppError } from '../../kernel/errors.ts'
import { type JobRequest, JobRefused, JobSnoozed, defineJob, jobOf } from '../../kernel/job.ts'
import { limits } from '../../kernel/limits.ts'
import type { Deps } from '../../ports/deps.ts'
import { type ExportPayload, exportPayload, forgetPayload, importPayload } from './schemas.ts'
import { forgetExport } from './service/forget-export.ts'
import { performExport, performImport } from './service/perform.ts'

const DAY = 86_400_000

const shared = {
  version: 1,
  permissions: [],
  retry: fullJitter({ maxAttempts: 5, baseMilliseconds: 5_000, capMilliseconds: 600_000 }),
  timeoutSeconds: 300,
  concurrency: 2,
} as const

/** Fills a tenant from an export, in runs. */
export const importJob = defineJob<Deps>()({
  ...shared,
  name: 'transfer:import',
  description: 'Imports an export into an empty tenant.',
  schema: importPayload,
  perform: (deps, ctx, payload, run) => inRuns(deps, () => performImport(deps, ctx, payload, run)),
})

/** Removes an export whose time is over, in runs. */
export const forgetJob = defineJob<Deps>()({
  ...shared,
  name: 'transfer:forget',
  description: 'Removes an old export.',
  schema: forgetPayload,
  perform: (deps, ctx, payload, run) => inRuns(deps, () => forgetExport(deps, ctx, payload, run)),
})

/** Writes an export, in runs. */
export const exportJob = defineJob<Deps>()({
  ...shared,
  name: 'transfer:export',
  description: 'Exports a tenant.',
  schema: exportPayload,
  perform: (deps, ctx, payload, run) =>
    inRuns(deps, () => performExport(deps, ctx, payload, run, following(ctx.now, run.id, payload))),
})

/** What follows an export: its end, and the import that it was made for. */
function following(now: number, exportId: string, { into }: ExportPayload): JobRequest[] {
  const forget = jobOf(forgetJob, { exportId }, { dueAt: now + limits.transfer.keptDays * DAY })
  return into === undefined ? [forget] : [forget, jobOf(importJob, { exportId, tenantId: into })]
}

/**
 * Puts a job off that has more to do, without it counting as a failure. What the files or the target
 * are at fault for is not tried again.
 */
async function inRuns<Result>(
  { clock }: Pick<Deps, 'clock'>,
  perform: () => Promise<Result | undefined>,
): Promise<Result> {
  try {
    const result = await perform()
    if (result === undefined) throw new JobSnoozed(clock.now())
    return result
  } catch (error) {
    if (error instanceof AppError && error.definition.status < 500)
      throw new JobRefused(`${error.definition.code}: ${error.message}`)
    throw error
  }
}

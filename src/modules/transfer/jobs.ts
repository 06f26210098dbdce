import { fullJitter } from '../../kernel/backoff.ts'
import { type JobRequest, defineJob, jobOf } from '../../kernel/job.ts'
import { limits } from '../../kernel/limits.ts'
import type { Deps } from '../../ports/deps.ts'
import { type ExportPayload, exportPayload, importPayload } from './schemas.ts'
import { forgetJob } from './files/index.ts'
import { inRuns } from './service/in-runs.ts'
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
  unique: ({ tenantId }) => tenantId,
  perform: (deps, ctx, payload, run) => inRuns(deps, () => performImport(deps, ctx, payload, run)),
})

/** Writes an export, in runs. */
export const exportJob = defineJob<Deps>()({
  ...shared,
  name: 'transfer:export',
  description: 'Exports a tenant.',
  schema: exportPayload,
  unique: ({ tenantId }) => tenantId,
  perform: (deps, ctx, payload, run) =>
    inRuns(deps, () => performExport(deps, ctx, payload, run, following(ctx.now, run.id, payload))),
})

/** What follows an export: its end, and the import that it was made for. */
function following(now: number, exportId: string, { into }: ExportPayload): JobRequest[] {
  const forget = jobOf(forgetJob, { exportId }, { dueAt: now + limits.transfer.keptDays * DAY })
  return into === undefined ? [forget] : [forget, jobOf(importJob, { exportId, tenantId: into })]
}

import { LeaseLost } from '../../../kernel/effect.ts'
import { JobCancelled } from '../../../kernel/job.ts'
import { limits } from '../../../kernel/limits.ts'
import type { Deps } from '../../../ports/deps.ts'
import { leaseEnd } from '../domain.ts'
import { beginJobs, finishJob, keepJob, pauseJob } from '../repo.ts'
import type { FinishedJob, HeldJob, PausedJob } from '../types.ts'

/**
 * Starts jobs that were claimed, and gives those that are still held under their leases. A lease
 * lasts as for any job at first; `keepLease` fits it to the job's own time.
 */
export async function holdJobs(
  deps: Pick<Deps, 'db'>,
  claimed: readonly { readonly id: string; readonly lease: string }[],
  now: number,
): Promise<HeldJob[]> {
  const [, held = []] = await deps.db.bookkeep(
    beginJobs({
      ids: claimed.map(({ id }) => id),
      leases: [...new Set(claimed.map(({ lease }) => lease))],
      now,
      until: now + limits.events.leaseMilliseconds,
    }),
  )
  return held
}

/**
 * Keeps the lease of a job for its timeout from now on, with what it tells of its progress.
 * Throws `JobCancelled` and `LeaseLost`.
 */
export async function keepLease(
  deps: Pick<Deps, 'db'>,
  job: HeldJob,
  told: {
    readonly now: number
    readonly timeoutSeconds: number
    readonly percent?: number
    readonly note?: string | undefined
  },
): Promise<void> {
  const { tenantId, id, lease } = job
  const [rows = []] = await deps.db.bookkeep([
    keepJob({
      tenantId,
      id,
      lease,
      until: leaseEnd(told.now, told.timeoutSeconds),
      progress:
        told.percent === undefined ? null : Math.round(Math.min(100, Math.max(0, told.percent))),
      note: told.note?.slice(0, limits.jobs.progressNote) ?? null,
    }),
  ])
  const [row] = rows
  if (!row) throw new LeaseLost()
  if (row.cancelRequestedAt !== null) throw new JobCancelled()
}

/** Notes how a job came out. One that another worker holds is left to it. */
export async function noteJob(
  deps: Pick<Deps, 'db'>,
  ended: FinishedJob | PausedJob,
): Promise<void> {
  await deps.db.bookkeep('state' in ended ? finishJob(ended) : pauseJob(ended))
}

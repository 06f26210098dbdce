import { LeaseLost } from '../../../kernel/effect.ts'
import { JobCancelled } from '../../../kernel/job.ts'
import { limits } from '../../../kernel/limits.ts'
import type { Deps } from '../../../ports/deps.ts'
import { beginJobs, finishJob, keepJob, pauseJob } from '../repo.ts'
import type { ClaimedJob, FinishedJob, HeldJob, PausedJob } from '../types.ts'

/**
 * Starts jobs that were claimed, under a lease of the worker's own, and gives those that are still
 * held under the leases of the claim. One that has lost its worker at its last try has ended.
 */
export async function holdJobs(
  deps: Pick<Deps, 'db' | 'ids' | 'telemetry'>,
  claimed: readonly Pick<ClaimedJob, 'tenantId' | 'id' | 'lease'>[],
  now: number,
): Promise<HeldJob[]> {
  const [lost, givenUp, begun] = beginJobs({
    claimed,
    lease: deps.ids.next(),
    now,
    until: now + limits.events.leaseMilliseconds,
  })
  const [, ended, held] = await deps.db.bookkeep([lost, givenUp, begun])
  for (const job of ended) {
    deps.telemetry.count('rustok_job_runs_total', { job: job.name, result: job.state })
    deps.telemetry.log('error', 'a worker was lost at the last try', {
      job: job.id,
      name: job.name,
    })
  }
  return held
}

/**
 * Keeps the lease of a job from now on, with what it tells of its progress.
 * Throws `JobCancelled` and `LeaseLost`.
 */
export async function keepLease(
  deps: Pick<Deps, 'db'>,
  job: Pick<HeldJob, 'tenantId' | 'id' | 'lease'>,
  told: {
    readonly now: number
    readonly percent?: number | undefined
    readonly note?: string | undefined
  },
): Promise<void> {
  const { tenantId, id, lease } = job
  const { now, percent, note } = told
  const [[row]] = await deps.db.bookkeep([
    keepJob({
      tenantId,
      id,
      lease,
      until: now + limits.events.leaseMilliseconds,
      progress: percent === undefined ? null : Math.round(Math.min(100, Math.max(0, percent))),
      note: note?.slice(0, limits.jobs.progressNote) ?? null,
    }),
  ])
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

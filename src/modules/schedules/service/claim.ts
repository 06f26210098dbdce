import { type TenantSnapshot, systemContext } from '../../../kernel/context.ts'
import { jobOf } from '../../../kernel/job.ts'
import { limits } from '../../../kernel/limits.ts'
import { DatabaseError } from '../../../ports/database.ts'
import type { Deps } from '../../../ports/deps.ts'
import { guardStatement, jobsStatement } from '../../commit/index.ts'
import { type Decision, decideDue, hasTask } from '../domain.ts'
import { advanceSchedule, findDue, insertRuns, settleRuns, toSchedule } from '../repo.ts'
import { runTaskJob } from '../tasks/index.ts'
import type { NewRun, OwnedSchedule } from '../types.ts'

type DueSchedule = OwnedSchedule & { readonly nextRunAt: number }

/** How the schedules of a tick came out. */
export type ClaimResult = 'started' | 'skipped' | 'taken' | 'resting' | 'failed'

/**
 * Starts what is due on a shard: for each schedule one batch that moves it on from the instant that
 * was read, adds the jobs and notes the runs. So an instant is claimed once, by whichever tick is
 * first, and a tick that is late finds what others have missed. One that fails stops no other.
 *
 * The batch keeps books and is no commit: nobody has done anything, the run itself is noted, and what
 * the task changes is in the audit log under the task's name.
 */
export async function claimDue(
  deps: Deps,
  now: number,
): Promise<Readonly<Partial<Record<ClaimResult, number>>>> {
  await deps.db.bookkeep([settleRuns()])
  const rows = await deps.db.read(findDue({ now, limit: limits.schedules.claimed }))
  const waiting = rows.map(toSchedule)
  const results: Partial<Record<ClaimResult, number>> = {}
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const result = await claimOne(deps, next, now)
      results[result] = (results[result] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: limits.schedules.atOnce }, worker))
  return results
}

async function claimOne(deps: Deps, schedule: OwnedSchedule, now: number): Promise<ClaimResult> {
  try {
    const { nextRunAt } = schedule
    if (nextRunAt === null) return 'resting'
    const due = { ...schedule, nextRunAt }
    const decision = decideDue(due, now)
    const tenant = await deps.tenants.find({ kind: 'id', value: schedule.tenantId })
    if (!tenant || isResting(deps, tenant, schedule)) {
      await deps.db.bookkeep([advanceSchedule(due, decision.nextRunAt, null)])
      return 'resting'
    }
    return await start(deps, tenant, due, decision, now)
  } catch (error) {
    deps.telemetry.error('schedule not started', error, { schedule: schedule.name })
    return 'failed'
  }
}

/** Nothing runs in a tenant that is not served, nor for a module that it has switched off. */
function isResting(
  { modules }: Pick<Deps, 'modules'>,
  tenant: TenantSnapshot,
  { task }: OwnedSchedule,
): boolean {
  if (tenant.status !== 'active') return true
  const owner = modules.find(({ tasks }) => tasks.some(({ name }) => name === task))
  return owner !== undefined && !hasTask(tenant, owner, task)
}

async function start(
  deps: Deps,
  tenant: TenantSnapshot,
  schedule: DueSchedule,
  { runs, skipped, nextRunAt }: Decision,
  now: number,
): Promise<ClaimResult> {
  const ctx = systemContext(tenant, {
    name: 'schedules:tick',
    permissions: [],
    id: deps.ids.next(),
    now,
  })
  const noted: NewRun[] = [
    ...runs.map((run) => ({ ...run, id: deps.ids.next(), jobId: deps.ids.next(), outcome: null })),
    ...(skipped
      ? [{ ...skipped, id: deps.ids.next(), jobId: null, outcome: 'skipped' as const }]
      : []),
  ]
  const ranAt = runs.at(-1)?.scheduledFor ?? null
  const { id, task, input } = schedule
  const jobs = noted.flatMap(({ jobId, scheduledFor }) =>
    jobId === null
      ? []
      : [jobOf(runTaskJob, { task, input, key: `${id}@${scheduledFor}` }, { id: jobId })],
  )
  try {
    await deps.db.bookkeep([
      advanceSchedule(schedule, nextRunAt, ranAt),
      guardStatement('state_allows'),
      insertRuns(tenant.id, id, 'due', noted, now),
      ...(jobs.length > 0 ? [jobsStatement(ctx, deps.ids, jobs)] : []),
    ])
    deps.bus.publish({ tenant, events: [], owes: jobs.length > 0 })
    return runs.length > 0 ? 'started' : 'skipped'
  } catch (error) {
    if (isTaken(error)) return 'taken'
    throw error
  }
}

function isTaken(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false
  return error.failure.kind === 'constraint' && error.failure.name === 'state_allows'
}

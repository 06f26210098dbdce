import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { nextState } from '../../../../kernel/fsm.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { jobsErrors } from '../../errors.ts'
import { jobTransitions, toJob } from '../domain.ts'
import { type JobRow, KEY_WAITS, cancelQueued, findJob, requestCancel, requeue } from '../repo.ts'
import type { Job } from '../types.ts'

type ChangeDeps = Pick<Deps, CommitPort>

/**
 * Cancels a job that waits at once, and asks one that is at work to end. What is so already is
 * answered as it is. Needs `jobs:manage`. Throws `not_found` and `jobs.state_refused`.
 */
export async function cancelJob(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<Job> {
  const before = await openJob(deps, ctx, input.id)
  const isAsked = before.state === 'running' && before.cancelRequestedAt !== null
  if (before.state === 'cancelled' || isAsked) return toJob(before)
  const action = before.state === 'queued' ? 'cancel' : 'requestCancel'
  const state = nextState(jobTransitions, before.state, action)
  if (!state) throw refused(before)
  const values = { tenantId: ctx.tenant.id, id: before.id, now: ctx.now }
  const finishedAt = state === 'cancelled' ? ctx.now : null
  return commit(deps, ctx, {
    writes: [
      {
        statement: action === 'cancel' ? cancelQueued(values) : requestCancel(values),
        guard: 'state_allows',
      },
    ],
    events: [],
    audit: auditOf(before, state === 'cancelled' ? 'cancelled' : 'cancel_requested', state),
    result: toJob({ ...before, state, finishedAt, cancelRequestedAt: ctx.now }),
    refusals: { state_allows: jobsErrors.stateRefused },
  })
}

/**
 * Has a dead or cancelled job wait again, from its first try on; its history stays.
 * Needs `jobs:manage`. Throws `not_found`, `jobs.state_refused` and `jobs.already_queued`.
 */
export async function retryJob(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<Job> {
  const before = await openJob(deps, ctx, input.id)
  const state = nextState(jobTransitions, before.state, 'retry')
  if (!state) throw refused(before)
  const { now } = ctx
  const after: JobRow = {
    ...before,
    state,
    attempts: 0,
    dueAt: now,
    progress: 0,
    finishedAt: null,
    cancelRequestedAt: null,
  }
  const result = await commit(deps, ctx, {
    writes: [
      {
        statement: requeue(ctx.tenant.id, [before.id], before.state, now),
        guard: 'state_allows',
      },
    ],
    events: [],
    audit: auditOf(before, 'retried', state),
    result: toJob(after),
    refusals: { state_allows: jobsErrors.stateRefused, [KEY_WAITS]: jobsErrors.alreadyQueued },
  })
  deps.bus.publish({ tenant: ctx.tenant, events: [], owes: true })
  return result
}

async function openJob(deps: ChangeDeps, ctx: RequestContext, id: string): Promise<JobRow> {
  requirePermission(ctx, 'jobs:manage', null)
  const row = await deps.db.first(findJob({ tenantId: ctx.tenant.id, id }))
  if (!row) throw new AppError(errors.notFound)
  const { payload: _payload, result: _result, progressNote: _note, uniqueKey: _key, ...job } = row
  return job
}

function refused({ state }: JobRow): AppError {
  return new AppError(jobsErrors.stateRefused, { detail: `The job is ${state}.` })
}

function auditOf(before: JobRow, what: string, state: Job['state']) {
  return {
    action: `jobs.job.${what}`,
    targetType: 'job',
    targetId: before.id,
    changes: { name: before.name, state: { before: before.state, after: state } },
  }
}

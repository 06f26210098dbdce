import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors, invalid } from '../../../../kernel/errors.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { TaskDefinition } from '../../../../kernel/module.ts'
import { parseWith } from '../../../../kernel/parse.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { jobOf } from '../../../../kernel/job.ts'
import { commit } from '../../../commit/index.ts'
import { schedulesErrors } from '../../errors.ts'
import { runTaskJob } from '../jobs.ts'
import type { StartedTask } from '../schemas.ts'
import { findTask, requireTask } from './catalogue.ts'

/** What a task is given. */
export type TaskInput = Readonly<Record<string, unknown>>

/**
 * Starts a task in the background. Throws `not_found` for an unknown one, `forbidden` when the caller
 * may not do all that it does, `invalid_input` below `/input`, and `schedules.at_once_only`.
 */
export async function runTask(
  deps: Pick<Deps, CommitPort | 'modules'>,
  ctx: RequestContext,
  { name, input = {} }: { readonly name: string; readonly input?: TaskInput | undefined },
): Promise<StartedTask> {
  requirePermission(ctx, 'tasks:run', null)
  const task = findTask(deps, ctx.tenant, name)?.task
  if (!task) throw new AppError(errors.notFound)
  requireBackground(ctx, task, input)
  const jobId = deps.ids.next()
  return commit(deps, ctx, {
    writes: [],
    events: [],
    jobs: [jobOf(runTaskJob, { task: name, input, key: jobId }, { id: jobId })],
    audit: { action: 'schedules.task.started', targetType: 'task', targetId: name },
    result: { task: name, jobId },
  })
}

/**
 * Throws unless the caller may have the task run by itself with that input: `forbidden`,
 * `invalid_input` and `schedules.at_once_only`.
 */
export function requireBackground(
  ctx: RequestContext,
  task: TaskDefinition<Deps>,
  input: TaskInput,
): void {
  requireTask(ctx, task)
  if (task.runs === 'at_once') throw new AppError(schedulesErrors.atOnceOnly)
  if (JSON.stringify(input).length > limits.schedules.input)
    throw invalid('/input', `has more than ${limits.schedules.input} characters`)
  parseWith(task.input, input, '/input')
}

import * as z from 'zod'
import { fullJitter } from '../../../kernel/backoff.ts'
import type { RequestContext } from '../../../kernel/context.ts'
import { AppError } from '../../../kernel/errors.ts'
import { unbounded } from '../../../kernel/grants.ts'
import { JobRefused, type JobRun, defineJob } from '../../../kernel/job.ts'
import type { Progress } from '../../../kernel/module.ts'
import type { Deps } from '../../../ports/deps.ts'
import { findTask, permissionsOf } from './service/catalogue.ts'

/** Statuses of refusals that a second try would meet again. */
const FINAL = new Set([400, 401, 403, 404, 413, 422])

/** A run of a task in the background. */
export const runTaskJob = defineJob<Deps>()({
  name: 'tasks:run',
  version: 1,
  description: 'Runs a task',
  schema: z.object({
    task: z.string(),
    input: z.record(z.string(), z.unknown()),
    /** The schedule and its instant, or a run's own id. */
    key: z.string(),
  }),
  permissions: [],
  retry: fullJitter({ maxAttempts: 3, baseMilliseconds: 30_000, capMilliseconds: 600_000 }),
  timeoutSeconds: 600,
  unique: ({ key }) => key,
  async perform(deps, ctx, { task: name, input }, run) {
    const task = findTask(deps, ctx.tenant, name)?.task
    if (!task) throw new JobRefused(`no module of the tenant has the task ${name}`)
    const parsed = task.input.safeParse(input)
    if (!parsed.success) throw new JobRefused(`the input is not valid: ${parsed.error.message}`)
    const told = createProgress(run)
    try {
      return await task.run(deps, ownContext(ctx, name, permissionsOf(task)), parsed.data, told.say)
    } catch (error) {
      if (error instanceof AppError && FINAL.has(error.definition.status))
        throw new JobRefused(`${error.definition.code}: ${error.message}`)
      throw error
    } finally {
      await told.settled()
    }
  },
})

/**
 * The context of the task itself. Without the job's fence, which guards commits in the job's own
 * tenant alone: tasks bear being run twice, and some write in other tenants.
 */
function ownContext(
  { fence: _, ...ctx }: RequestContext,
  name: string,
  permissions: readonly string[],
): RequestContext {
  return { ...ctx, principal: { kind: 'system', name, permissions: unbounded(permissions) } }
}

/** Tells what a task says as the note of its job, in order; that nobody hears it harms no task. */
function createProgress(run: JobRun): { say: Progress; settled: () => Promise<void> } {
  let last: Promise<void> = Promise.resolve()
  return {
    say: (message) => {
      last = last.then(() => run.progress(0, message)).catch(() => undefined)
    },
    settled: () => last,
  }
}

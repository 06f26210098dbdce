import { openBudget } from '../../../kernel/budget.ts'
import type { RequestContext } from '../../../kernel/context.ts'
import type { JobRun } from '../../../kernel/job.ts'
import { limits } from '../../../kernel/limits.ts'
import type { Deps } from '../../../ports/deps.ts'
import { folderOf } from '../domain.ts'
import type { ForgetPayload } from '../schemas.ts'

/** Removes the files of an export, the manifest first; undefined when there are more. */
export async function forgetExport(
  deps: Pick<Deps, 'clock' | 'storage'>,
  ctx: Pick<RequestContext, 'tenant'>,
  { exportId }: ForgetPayload,
  run: JobRun,
): Promise<{ exportId: string } | undefined> {
  const budget = openBudget(deps, limits.transfer, run.signal)
  const prefix = folderOf(ctx.tenant.id, exportId)
  await deps.storage.delete([`${prefix}manifest.json`])
  while (budget.take()) {
    const { objects } = await deps.storage.list({ prefix })
    if (objects.length === 0) return { exportId }
    await deps.storage.delete(objects.map(({ key }) => key))
  }
  return undefined
}

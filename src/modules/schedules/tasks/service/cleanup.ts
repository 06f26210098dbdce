import type { RequestContext } from '../../../../kernel/context.ts'
import { invalid } from '../../../../kernel/errors.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { Progress, SweepDefinition } from '../../../../kernel/module.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { requireOperator } from '../../../tenants/index.ts'

/** What a clean-up has done for one target, over all shards. */
export interface Swept {
  readonly target: string
  readonly rows: number
  /** False when the budget ended first: the next run goes on. */
  readonly isDone: boolean
}

/** Thrown when some targets could not be cleaned up; the others are. */
class CleanupFailed extends Error {
  constructor(targets: readonly string[]) {
    super(`not cleaned up: ${targets.join(', ')}`)
    this.name = 'CleanupFailed'
  }
}

/**
 * Removes what is too old, of all tenants and on every shard, in bounded pages until nothing is left
 * or the budget of `limits.cleanup` ends. Needs `maintenance:run` in the control tenant. Throws
 * `invalid_input` for an unknown target and, when all others are done, `CleanupFailed`.
 */
export async function cleanUp(
  deps: Deps,
  ctx: RequestContext,
  { targets }: { readonly targets?: readonly string[] | undefined },
  progress: Progress,
): Promise<{ swept: Swept[] }> {
  requireOperator(ctx, 'maintenance:run')
  await deps.db.confirm()
  const sweeps = deps.modules.flatMap((module) => module.sweeps)
  const unknown = targets?.findIndex((target) => !sweeps.some(({ name }) => name === target)) ?? -1
  if (unknown >= 0)
    throw invalid(`/targets/${unknown}`, `is none of ${sweeps.map(({ name }) => name).join(', ')}`)
  const until = deps.clock.now() + limits.cleanup.milliseconds
  const failed: string[] = []
  const swept: Swept[] = []
  for (const sweep of sweeps.filter(({ name }) => targets?.includes(name) ?? true)) {
    try {
      const result = await sweepEverywhere(deps, ctx, sweep, until)
      deps.telemetry.count('rustok_swept_rows_total', { target: sweep.name }, result.rows)
      swept.push(result)
      progress(`${sweep.name}: ${result.rows}`)
    } catch (error) {
      deps.telemetry.error('sweep failed', error, { target: sweep.name })
      failed.push(sweep.name)
    }
  }
  if (failed.length > 0) throw new CleanupFailed(failed)
  return { swept }
}

async function sweepEverywhere(
  deps: Deps,
  { now }: RequestContext,
  sweep: SweepDefinition<Deps>,
  until: number,
): Promise<Swept> {
  const { page, pages } = limits.cleanup
  let rows = 0
  let isDone = true
  for (const shard of deps.shards.names) {
    const there = { ...deps, db: deps.shards.openUngated(shard) }
    let removed: number = page
    for (let count = 0; removed >= page && count < pages; count += 1) {
      if (deps.clock.now() > until) break
      removed = await sweep.run(there, now, page)
      rows += removed
    }
    isDone &&= removed < page
  }
  return { target: sweep.name, rows, isDone }
}

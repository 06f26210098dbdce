import { openBudget } from '../../../../kernel/budget.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { EffectDone, LeaseLost } from '../../../../kernel/effect.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { narrow, unbounded } from '../../../../kernel/grants.ts'
import { JobRefused, type JobRun, JobSnoozed } from '../../../../kernel/job.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { permissionsOf } from '../../../rbac/index.ts'
import {
  assetsAfter,
  patchAsset,
  purgeAsset,
  restoreAsset,
  trashAsset,
} from '../../assets/index.ts'
import { PERMISSIONS, advanced, patchOf, refusalOf } from '../domain.ts'
import { bulkFinished } from '../events.ts'
import { findBulk, findCommitted, finishBulk, noteState, toBulk } from '../repo.ts'
import type { BulkInput } from '../schemas.ts'
import type { Bulk, BulkState, Position, Refusal } from '../types.ts'

const JOB = 'media:bulk'

/** What a bulk operation has come to. */
interface Result {
  readonly done: number
  readonly refused: number
}

/**
 * A run of a bulk operation, by the rights that its starter has at its beginning. It goes page by page;
 * what a page has committed before it was broken off counts and is not done again. Throws `JobSnoozed`
 * when there is more to do, and `JobRefused` when the rights are gone.
 */
export async function performBulk(
  deps: Deps,
  ctx: RequestContext,
  { bulkId }: { readonly bulkId: string },
  run: JobRun,
): Promise<Result> {
  const row = await deps.db.first(findBulk(ctx.tenant.id, bulkId))
  if (!row) throw new JobRefused('the operation is forgotten')
  const bulk = toBulk(bulkId, row)
  const principal = await starterOf(deps, ctx, bulk)
  const budget = openBudget(deps, limits.media.bulk, run.signal)
  const contextOf = (assetId: string) => ({ ...run.once(assetId), principal })
  let state: BulkState = bulk
  for (;;) {
    const { ids, next } = await nextPage(deps, ctx, bulk.input, state.position)
    if (ids.length === 0) return finish(deps, run, bulk, state)
    if (!budget.take(3 * ids.length)) throw new JobSnoozed(deps.clock.now())
    const outcomes = await changeAll(deps, run, { input: bulk.input, ids, contextOf })
    const after = advanced(state, next, outcomes)
    const [noted] = await deps.db.bookkeep([
      noteState(ctx.tenant.id, bulkId, state.position, after),
    ])
    if (noted.length === 0) throw new LeaseLost()
    state = after
    const total = bulk.input.ids?.length
    await run.progress(
      total === undefined ? 0 : Math.floor((100 * (state.done + state.refused)) / total),
    )
  }
}

/** Who changes the assets: what the action needs, when whoever started it still has it. */
async function starterOf(
  deps: Deps,
  ctx: RequestContext,
  { input, userId }: Bulk,
): Promise<RequestContext['principal']> {
  const needed = [PERMISSIONS[input.action]]
  if (userId === null) return { kind: 'system', name: JOB, permissions: unbounded(needed) }
  const { subjectOf } = deps.modules.find((module) => module.subjectOf) ?? {}
  const subject = await subjectOf?.(deps, ctx, userId)
  const held = permissionsOf(ctx.tenant, subject?.isActive ? subject.roles : [])
  const permissions = narrow(held, needed)
  if (permissions.size === 0) throw new JobRefused(`who started it lacks ${needed.join()}`)
  return { kind: 'system', name: JOB, permissions }
}

interface Page {
  readonly ids: readonly string[]
  /** Where the next page begins. */
  readonly next: Position
}

async function nextPage(
  { db }: Pick<Deps, 'db'>,
  ctx: RequestContext,
  { action, ids, filter = {} }: BulkInput,
  position: Position,
): Promise<Page> {
  const { page } = limits.media.bulk
  if (ids) {
    const from = Number(position)
    return { ids: ids.slice(from, from + page), next: from + page }
  }
  const isOfTrash = action === 'restore' || action === 'purge'
  const wanted = { ...filter, state: filter.state ?? (isOfTrash ? 'trashed' : 'ready') } as const
  const after = typeof position === 'number' ? undefined : position
  const rows = await db.read(assetsAfter(ctx, wanted, page, after))
  const last = rows.at(-1)
  return { ids: rows.map(({ id }) => id), next: last ? [last.nameKey, last.id] : position }
}

interface Changes {
  readonly input: BulkInput
  readonly ids: readonly string[]
  readonly contextOf: (assetId: string) => RequestContext
}

/** Why each asset was left as it is; undefined for one that was changed. */
async function changeAll(
  deps: Deps,
  run: JobRun,
  { input, ids, contextOf }: Changes,
): Promise<(Refusal | undefined)[]> {
  const effectOf = (id: string) => `${run.id}:${id}`
  const [first = ''] = ids
  const { tenant } = contextOf(first)
  const rows = await deps.db.read(findCommitted(tenant.id, JOB, ids.map(effectOf)))
  const committed = new Set(rows.map(({ id }) => id))
  const outcomes: (Refusal | undefined)[] = []
  for (const id of ids)
    outcomes.push(
      committed.has(effectOf(id)) ? undefined : await changeOne(deps, contextOf(id), input, id),
    )
  return outcomes
}

async function changeOne(
  deps: Deps,
  ctx: RequestContext,
  input: BulkInput,
  id: string,
): Promise<Refusal | undefined> {
  const target = { id, ifMatch: undefined, force: input.force }
  try {
    if (input.action === 'trash') await trashAsset(deps, ctx, target)
    else if (input.action === 'restore') await restoreAsset(deps, ctx, target)
    else if (input.action === 'purge') await purgeAsset(deps, ctx, target)
    else await patchAsset(deps, ctx, target, (asset) => patchOf(input, asset))
    return undefined
  } catch (error) {
    // Named twice.
    if (error instanceof EffectDone) return undefined
    const refusal = refusalOf(id, error)
    if (!refusal) throw error
    return refusal
  }
}

async function finish(
  deps: Deps,
  run: JobRun,
  { id, input: { action } }: Bulk,
  { done, refused }: BulkState,
): Promise<Result> {
  const ctx = run.once('finished')
  const result = { done, refused }
  const aggregate = { type: 'media.bulk', id, version: 1 }
  try {
    return await commit(deps, ctx, {
      writes: [finishBulk(ctx.tenant.id, id, ctx.now)],
      events: [eventOf(bulkFinished, aggregate, { id, action, ...result })],
      audit: {
        action: bulkFinished.type,
        targetType: 'media.bulk',
        targetId: id,
        changes: { ...result },
      },
      result,
    })
  } catch (error) {
    if (error instanceof EffectDone) return result
    throw error
  }
}

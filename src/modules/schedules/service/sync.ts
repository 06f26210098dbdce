import { type RequestContext, type TenantSnapshot, systemContext } from '../../../kernel/context.ts'
import { AppError } from '../../../kernel/errors.ts'
import type { Deps } from '../../../ports/deps.ts'
import { nextRunAt, planSync } from '../domain.ts'
import { schedulesErrors } from '../errors.ts'
import { scheduleEvents } from '../events.ts'
import { deleteSchedule, findDeclared, insertSchedule, toSchedule } from '../repo.ts'
import type { OwnedSchedule, Schedule } from '../types.ts'
import { commitSchedule, updateWrite } from './store.ts'

const MINUTE = 60_000

/**
 * Brings the schedules that manifests declare into the owner's table: adds what is new, changes what
 * no operator has, removes what is declared no more, and takes over what another owner had. One read
 * when nothing has changed.
 */
export async function syncDeclared(
  deps: Deps,
  call: { readonly owner: TenantSnapshot; readonly now: number },
): Promise<void> {
  const { owner, now } = call
  const stored = (await deps.db.read(findDeclared({}))).map(toSchedule)
  const definitions = deps.modules.flatMap(({ schedules }) => schedules)
  const { added, changed, removed } = planSync(stored, definitions, owner.id)
  const contextOf = () =>
    systemContext(owner, { name: 'schedules:sync', permissions: [], id: deps.ids.next(), now })
  for (const { name, declaration } of added) {
    // The minute of this very tick counts: what runs each minute begins with it.
    const time = { nextRunAt: nextRunAt(declaration, now - MINUTE), lastRunAt: null }
    const state = { isPaused: false, version: 1, createdAt: now, updatedAt: now }
    await add(deps, contextOf(), {
      ...declaration,
      ...time,
      ...state,
      id: deps.ids.next(),
      name,
      declaration,
    })
  }
  for (const { before, after } of changed) await change(deps, contextOf(), before, after)
  for (const schedule of removed) await remove(deps, contextOf(), schedule)
}

async function add(deps: Deps, ctx: RequestContext, schedule: Schedule): Promise<void> {
  try {
    await commitSchedule(deps, ctx, schedule, {
      event: scheduleEvents.created,
      write: { statement: insertSchedule(ctx.tenant.id, schedule) },
    })
  } catch (error) {
    // Another tick was faster.
    if (!(error instanceof AppError) || error.definition !== schedulesErrors.nameTaken) throw error
  }
}

async function change(
  deps: Deps,
  ctx: RequestContext,
  before: OwnedSchedule,
  after: Schedule,
): Promise<void> {
  const isMoved = after.cron !== before.cron || after.timezone !== before.timezone
  const moved = {
    ...after,
    nextRunAt: isMoved ? nextRunAt(after, ctx.now) : before.nextRunAt,
    version: before.version + 1,
    updatedAt: ctx.now,
  }
  await commitSchedule(deps, ctx, moved, {
    before,
    event: scheduleEvents.updated,
    write: updateWrite(ctx, before, moved),
  })
}

async function remove(deps: Deps, ctx: RequestContext, schedule: OwnedSchedule): Promise<void> {
  const { tenantId, id, version } = schedule
  const after = { ...schedule, version: version + 1 }
  await commitSchedule(deps, ctx, after, {
    before: schedule,
    event: scheduleEvents.deleted,
    write: { statement: deleteSchedule({ tenantId, id, version }), guard: 'version_matches' },
  })
}

import { openBudget } from '../../../../kernel/budget.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { EffectDone } from '../../../../kernel/effect.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import type { JobRequest, JobRun } from '../../../../kernel/job.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { commit, existsGuard } from '../../../commit/index.ts'
import { exportTenant } from '../../service/export-tenant.ts'
import { forgetExport } from '../../service/forget-export.ts'
import { personExported } from '../events.ts'
import { findPerson, hasAccount } from '../repo.ts'
import type { PersonPayload } from '../schemas.ts'

/** What an export of a user is told by. */
export interface ExportedPerson {
  readonly userId: string
  readonly rows: number
}

/**
 * A run of an export of a user; undefined when there is more to do. It has the id of its job, and
 * `forget` is added when it is told of. Throws `not_found` when the user is gone, and leaves no file.
 */
export async function performPersonExport(
  deps: Deps,
  ctx: RequestContext,
  { userId }: PersonPayload,
  run: JobRun,
  forget: JobRequest,
): Promise<ExportedPerson | undefined> {
  try {
    const found = await deps.db.first(findPerson(ctx.tenant.id, userId))
    if (!found) throw new AppError(errors.notFound, { detail: 'The user is gone.' })
    const person = { userId, email: found.email }
    const call = { ownerId: ctx.tenant.id, id: run.id, tenant: ctx.tenant, person }
    const budget = openBudget(deps, limits.transfer, run.signal)
    const manifest = await exportTenant(deps, call, budget, run.progress)
    if (!manifest) return undefined
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
    return await tell(deps, run, { userId, rows }, forget)
  } catch (error) {
    if (error instanceof AppError && error.definition === errors.notFound)
      await forgetExport(deps, ctx, { exportId: run.id }, run)
    throw error
  }
}

/** One commit, however often the last run is repeated. */
async function tell(
  deps: Deps,
  run: JobRun,
  told: ExportedPerson,
  forget: JobRequest,
): Promise<ExportedPerson> {
  const ctx = run.once('done')
  try {
    return await commit(deps, ctx, {
      writes: [{ statement: existsGuard('row_found', hasAccount(ctx.tenant.id, told.userId)) }],
      events: [eventOf(personExported, { type: 'transfer', id: run.id, version: 1 }, told)],
      jobs: [forget],
      audit: {
        action: personExported.type,
        targetType: 'user',
        targetId: told.userId,
        changes: { id: run.id, rows: told.rows },
      },
      result: told,
    })
  } catch (error) {
    if (error instanceof EffectDone) return told
    throw error
  }
}

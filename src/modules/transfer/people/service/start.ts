import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { jobOf } from '../../../../kernel/job.ts'
import { limits } from '../../../../kernel/limits.ts'
import { requirePermission, userIdOf } from '../../../../kernel/permissions.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { requireStepUp, requireStepUpWhereOn, stepUpRefusals } from '../../../auth/index.ts'
import { type Write, commit, existsGuard } from '../../../commit/index.ts'
import { requireCovers } from '../../../rbac/index.ts'
import { startRules } from '../../service/start-rules.ts'
import { personExportJob } from '../jobs.ts'
import { findPerson, hasAccount } from '../repo.ts'
import type { StartedPerson } from '../schemas.ts'

/**
 * Starts the export of all that the tenant holds on a user. Needs `users:export`.
 *
 * Throws `not_found`, `rbac.grant_too_wide` for a user who may do more than the caller,
 * `auth.step_up_required` of callers with a second factor, and as `startRules`.
 */
export async function exportUser(
  deps: Deps,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<StartedPerson> {
  requirePermission(ctx, 'users:export', null)
  const person = await deps.db.first(findPerson(ctx.tenant.id, id))
  if (!person) throw new AppError(errors.notFound)
  requireCovers(ctx, JSON.parse(person.roles))
  return start(deps, ctx, id, requireStepUpWhereOn(ctx))
}

/**
 * Starts the export of all that the tenant holds on the caller. Throws `auth.step_up_required` unless
 * the session has stepped up lately, and as `startRules`.
 */
export async function exportOwnData(deps: Deps, ctx: RequestContext): Promise<StartedPerson> {
  const userId = userIdOf(ctx.principal)
  if (userId === undefined) throw new AppError(errors.unauthenticated)
  return start(deps, ctx, userId, [requireStepUp(ctx)])
}

function start(
  deps: Deps,
  ctx: RequestContext,
  userId: string,
  proofs: readonly Write[],
): Promise<StartedPerson> {
  const id = deps.ids.next()
  const job = jobOf(personExportJob, { userId }, { id })
  const rules = startRules(ctx, job, { perDay: limits.transfer.personPerDay, key: userId })
  return commit(deps, ctx, {
    writes: [
      ...proofs,
      { statement: existsGuard('row_found', hasAccount(ctx.tenant.id, userId)) },
      ...rules.writes,
    ],
    events: [],
    jobs: [job],
    audit: {
      action: 'transfer.user.export_started',
      targetType: 'user',
      targetId: userId,
      changes: { id },
    },
    result: { id, userId },
    refusals: { ...rules.refusals, ...stepUpRefusals },
  })
}

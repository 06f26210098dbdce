import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { type Write, commit } from '../../../commit/index.ts'
import { requireCovers } from '../../../rbac/index.ts'
import { ownUser } from '../../service/own-user.ts'
import { authErrors } from '../../errors.ts'
import { findUser, toUserRecord } from '../../repo.ts'
import type { UserRecord } from '../../types.ts'
import { policyFor } from '../domain.ts'
import { secondFactorDisabled } from '../events.ts'
import { deleteFactor, deleteRecoveryCodes, numberChange } from '../repo.ts'
import { requireStepUp, requireStepUpWhereOn, stepUpRefusals } from './step-up-guard.ts'
import { tellOwner } from './tell-owner.ts'

/**
 * Switches off the second factor of the signed-in user, who is told. Throws
 * `auth.second_factor_required` where the tenant asks for it, `auth.second_factor_inactive` and
 * `auth.step_up_required`.
 */
export async function disableSecondFactor(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
): Promise<void> {
  const steppedUp = requireStepUp(ctx)
  const user = await ownUser(deps, ctx)
  if (policyFor(ctx.tenant, user.roles) === 'required')
    throw new AppError(authErrors.secondFactorRequired)
  await remove(deps, ctx, { user, by: 'user', steppedUp: [steppedUp] })
}

/**
 * Switches off the second factor of a user who has lost it, and tells the user. Throws `not_found`,
 * `rbac.grant_too_wide` for a user who may do more than the caller, `auth.second_factor_inactive`,
 * `auth.step_up_required` of callers with a second factor, and `session_required` of API keys.
 */
export async function resetUserSecondFactor(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<void> {
  requirePermission(ctx, 'users:update', null)
  const row = await deps.db.first(findUser({ tenantId: ctx.tenant.id, id }))
  if (!row) throw new AppError(errors.notFound)
  const user = toUserRecord(row)
  requireCovers(ctx, user.roles)
  if (ctx.principal.kind === 'key') throw new AppError(errors.sessionRequired)
  await remove(deps, ctx, { user, by: 'administrator', steppedUp: requireStepUpWhereOn(ctx) })
}

async function remove(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  removal: {
    readonly user: UserRecord
    readonly by: 'user' | 'administrator'
    readonly steppedUp: readonly Write[]
  },
): Promise<void> {
  const { user, by } = removal
  if (!user.secondFactor) throw new AppError(authErrors.secondFactorInactive)
  const { id: userId, version } = user
  const tenantId = ctx.tenant.id
  const letter = await tellOwner(deps, ctx, user, by === 'user' ? 'disabled' : 'reset')
  const numbered = numberChange({ tenantId, id: userId, version, now: ctx.now })
  await commit(deps, ctx, {
    writes: [
      ...removal.steppedUp,
      { statement: deleteFactor({ tenantId, userId }), guard: 'state_allows' },
      { statement: deleteRecoveryCodes({ tenantId, userId }) },
      { statement: numbered, guard: 'state_allows' },
      ...letter.writes,
    ],
    events: [
      eventOf(
        secondFactorDisabled,
        { type: 'user', id: userId, version: version + 1 },
        { userId, by },
      ),
    ],
    jobs: letter.jobs,
    audit: {
      action: secondFactorDisabled.type,
      targetType: 'user',
      targetId: userId,
      changes: { by },
    },
    result: undefined,
    refusals: stepUpRefusals,
  })
}

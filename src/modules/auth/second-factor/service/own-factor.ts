import { toRfc3339, toRfc3339OrNull } from '../../../../kernel/clock.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { authErrors } from '../../errors.ts'
import { toUserRecord } from '../../repo.ts'
import { type Proof, callerOf, findOwn, ownUser, provenUser } from '../../service/own-user.ts'
import { withoutKey } from '../../service/without-key.ts'
import { elevateSession } from '../../session-store/index.ts'
import { policyFor } from '../domain.ts'
import { recoveryCodesRenewed } from '../events.ts'
import { findEnrolment, numberChange } from '../repo.ts'
import type { Elevated, RecoveryCodes, SecondFactorState } from '../types.ts'
import { newCodes } from './new-codes.ts'
import { requireStepUp, stepUpRefusals } from './step-up-guard.ts'
import { tellOwner } from './tell-owner.ts'

/** The second factor of the signed-in user. */
export async function getSecondFactor(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
): Promise<SecondFactorState> {
  const { userId: id } = callerOf(ctx)
  const row = await deps.db.first(findEnrolment({ tenantId: ctx.tenant.id, id }))
  if (!row) throw new AppError(errors.unauthenticated)
  const { secret, confirmedAt, codesLeft, ...user } = row
  const begun = secret === null ? 'inactive' : 'pending'
  return {
    status: confirmedAt === null ? begun : 'active',
    policy: policyFor(ctx.tenant, toUserRecord(user).roles),
    activeSince: toRfc3339OrNull(confirmedAt),
    recoveryCodesLeft: codesLeft,
  }
}

/**
 * Makes new recovery codes and shows them this once; the earlier ones are worth nothing and the user
 * is told. Throws `auth.second_factor_inactive` and `auth.step_up_required`.
 */
export async function renewRecoveryCodes(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
): Promise<RecoveryCodes> {
  const steppedUp = requireStepUp(ctx)
  const user = await ownUser(deps, ctx)
  if (!user.secondFactor) throw new AppError(authErrors.secondFactorInactive)
  const { id: userId, version } = user
  const codes = await newCodes(deps, ctx, userId)
  const letter = await tellOwner(deps, ctx, user, 'renewed')
  const numbered = numberChange({ tenantId: ctx.tenant.id, id: userId, version, now: ctx.now })
  return commit(deps, withoutKey(ctx), {
    writes: [
      steppedUp,
      { statement: numbered, guard: 'state_allows' },
      ...codes.writes,
      ...letter.writes,
    ],
    events: [
      eventOf(recoveryCodesRenewed, { type: 'user', id: userId, version: version + 1 }, { userId }),
    ],
    jobs: letter.jobs,
    audit: { action: recoveryCodesRenewed.type, targetType: 'user', targetId: userId },
    result: { recoveryCodes: codes.recoveryCodes },
    refusals: stepUpRefusals,
  })
}

/**
 * Lets the caller's session do what is sensitive for `limits.secondFactor.elevatedMilliseconds`, by
 * the password and, where the second factor is on, a code.
 *
 * Throws `auth.wrong_password`, `auth.code_required`, `auth.wrong_code` and `too_many_requests`.
 */
export async function stepUp(
  deps: Pick<Deps, CommitPort | 'hasher'>,
  ctx: RequestContext,
  proof: Proof,
): Promise<Elevated> {
  const { sessionId: id } = callerOf(ctx)
  const { cleared } = await provenUser(deps, ctx, proof, findOwn(ctx))
  const until = ctx.now + limits.secondFactor.elevatedMilliseconds
  const elevated = elevateSession({ tenantId: ctx.tenant.id, id, until })
  return commit(deps, withoutKey(ctx), {
    writes: [{ statement: elevated, guard: 'session_alive' }, ...cleared],
    events: [],
    audit: { action: 'auth.session.elevated', targetType: 'session', targetId: id },
    result: { elevatedUntil: toRfc3339(until) },
    refusals: { unused: authErrors.wrongCode },
  })
}

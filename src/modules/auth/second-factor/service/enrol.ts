import type { RequestContext } from '../../../../kernel/context.ts'
import { toBase64Url } from '../../../../kernel/cursor.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { clearAttempt, reserveAttempt } from '../../attempts/index.ts'
import { authErrors } from '../../errors.ts'
import { type UserRow, toUserRecord } from '../../repo.ts'
import { callerOf, findOwn, provenPassword } from '../../service/own-user.ts'
import { withoutKey } from '../../service/without-key.ts'
import { endOtherSessions } from '../../session-store/index.ts'
import { otpauthUri, policyFor, toBase32 } from '../domain.ts'
import { secondFactorEnabled } from '../events.ts'
import { confirmFactor, findEnrolment, numberChange, startFactor } from '../repo.ts'
import type { Enrolment, RecoveryCodes } from '../types.ts'
import { newCodes } from './new-codes.ts'
import { placeOf, stepOf } from './prove-factor.ts'
import { tellOwner } from './tell-owner.ts'

/**
 * Begins a second factor of the signed-in user: shows, this once, what the app for codes needs. One
 * that was begun before and not confirmed is forgotten.
 *
 * Throws `auth.second_factor_off`, `auth.wrong_password`, `too_many_requests` and
 * `auth.second_factor_active`.
 */
export async function startSecondFactor(
  deps: Pick<Deps, CommitPort | 'hasher'>,
  ctx: RequestContext,
  input: { readonly password: string },
): Promise<Enrolment> {
  const { user, cleared } = await provenPassword(deps, ctx, input.password, findOwn(ctx))
  if (policyFor(ctx.tenant, user.roles) === 'off') throw new AppError(authErrors.secondFactorOff)
  const bytes = deps.ids.random(limits.secondFactor.secretBytes)
  const tenantId = ctx.tenant.id
  const userId = user.id
  const place = placeOf(ctx, userId)
  const sealed = await deps.secrets.seal('second-factor', toBase64Url(bytes), place)
  const started = startFactor({ tenantId, userId, secret: sealed, now: ctx.now })
  const secret = toBase32(bytes)
  return commit(deps, withoutKey(ctx), {
    writes: [{ statement: started, guard: 'state_allows' }, ...cleared],
    events: [],
    audit: { action: 'auth.second_factor.started', targetType: 'user', targetId: userId },
    result: { uri: otpauthUri(ctx.tenant.name, user.email, secret), secret },
    refusals: { state_allows: authErrors.secondFactorActive },
  })
}

/**
 * Switches on what the signed-in user has begun, by a first code: log-ins ask for one from here on.
 * This session goes on and all others end. Shows the recovery codes this once; the user is told.
 *
 * Throws `auth.second_factor_inactive`, `auth.second_factor_active`, `auth.wrong_code` and
 * `too_many_requests`.
 */
export async function confirmSecondFactor(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  { code }: { readonly code: string },
): Promise<RecoveryCodes> {
  const { userId, sessionId } = callerOf(ctx)
  const tenantId = ctx.tenant.id
  const { now } = ctx
  const attempt = await reserveAttempt<UserRow & { readonly secret: string | null }>(
    deps,
    ctx,
    { purpose: 'second_factor', account: userId },
    findEnrolment({ tenantId, id: userId }),
  )
  const [row] = attempt.rows
  if (!row) throw new AppError(errors.unauthenticated)
  const user = toUserRecord(row)
  if (user.secondFactor) throw new AppError(authErrors.secondFactorActive)
  const { secret } = row
  if (secret === null) throw new AppError(authErrors.secondFactorInactive)
  const step = await stepOf(deps, ctx, { userId, secret, lastStep: 0, code })
  if (step === undefined) throw new AppError(authErrors.wrongCode)
  const codes = await newCodes(deps, ctx, userId)
  const letter = await tellOwner(deps, ctx, user, 'enabled')
  const { version } = user
  const ended = { tenantId, userId, except: sessionId, because: 'second_factor', now }
  return commit(deps, withoutKey(ctx), {
    writes: [
      {
        statement: confirmFactor({ tenantId, userId, secret, step, now }),
        guard: 'state_allows',
      },
      { statement: numberChange({ tenantId, id: userId, version, now }), guard: 'state_allows' },
      ...codes.writes,
      { statement: endOtherSessions(ended) },
      ...clearAttempt(ctx, attempt),
      ...letter.writes,
    ],
    events: [
      eventOf(secondFactorEnabled, { type: 'user', id: userId, version: version + 1 }, { userId }),
    ],
    jobs: letter.jobs,
    audit: { action: secondFactorEnabled.type, targetType: 'user', targetId: userId },
    result: { recoveryCodes: codes.recoveryCodes },
  })
}

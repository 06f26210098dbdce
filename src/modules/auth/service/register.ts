import type { RequestContext } from '../../../kernel/context.ts'
import { AppError } from '../../../kernel/errors.ts'
import { eventOf } from '../../../kernel/events.ts'
import type { CommitPort, Deps } from '../../../ports/deps.ts'
import { commit } from '../../commit/index.ts'
import { authErrors } from '../errors.ts'
import { userRegistered } from '../events.ts'
import { EMAIL_TAKEN } from '../repo.ts'
import { authSettings } from '../schemas.ts'
import { newUser } from './new-user.ts'
import { withoutKey } from './session.ts'

const ROLE = 'customer'
const taken = new AppError(authErrors.emailTaken)

/**
 * Makes an account with the role `customer` where the tenant allows it. Known and unknown addresses
 * get the same answer after the same work: one hash, one commit, one look at what is owed.
 *
 * Throws `auth.registration_closed`, and `invalid_input` for a password that is refused.
 */
export async function register(
  deps: Pick<Deps, CommitPort | 'hasher' | 'secrets'>,
  ctx: RequestContext,
  input: { readonly email: string; readonly name: string; readonly password: string },
): Promise<{ readonly status: 'accepted' }> {
  const { registrationEnabled } = authSettings.parse(ctx.tenant.modules['auth']?.settings ?? {})
  if (!registrationEnabled) throw new AppError(authErrors.registrationClosed)
  const made = await newUser(deps, ctx, { ...input, roles: [ROLE] }, 'self')
  const { user, writes, jobs } = made
  try {
    await commit(deps, withoutKey(ctx), {
      writes,
      events: [
        eventOf(userRegistered, { type: 'user', id: user.id, version: 1 }, { userId: user.id }),
      ],
      jobs,
      audit: { action: 'auth.user.registered', targetType: 'user', targetId: user.id },
      result: undefined,
      refusals: { [EMAIL_TAKEN]: taken },
    })
  } catch (error) {
    if (error !== taken) throw error
    // The relay looks for a welcome that is not there, so that its work does not tell either.
    deps.bus.publish({ tenant: ctx.tenant, events: [], owes: true })
  }
  return { status: 'accepted' }
}

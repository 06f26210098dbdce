import type { RequestContext } from '../../../kernel/context.ts'
import { AppError } from '../../../kernel/errors.ts'
import { eventOf } from '../../../kernel/events.ts'
import type { CommitPort, Deps } from '../../../ports/deps.ts'
import { commit } from '../../commit/index.ts'
import { authErrors } from '../errors.ts'
import { userRegistered } from '../events.ts'
import { EMAIL_TAKEN, findUserByEmail, toUserRecord } from '../repo.ts'
import { queueAddressUsed } from '../account/index.ts'
import { settingsOf } from '../domain.ts'
import type { UserRecord } from '../types.ts'
import { type MadeUser, newUser } from './new-user.ts'
import { withoutKey } from './without-key.ts'

const ROLE = 'customer'
const taken = new AppError(authErrors.emailTaken)

/**
 * Makes an account with the role `customer` where the tenant allows it. Known and unknown addresses
 * get the same answer after the same work: one read, one hash, one commit that queues one mail. The
 * owner of a known one is told instead of welcomed.
 *
 * Throws `auth.registration_closed`, and `invalid_input` for a password that is refused.
 */
export async function register(
  deps: Pick<Deps, CommitPort | 'hasher' | 'secrets'>,
  ctx: RequestContext,
  input: { readonly email: string; readonly name: string; readonly password: string },
): Promise<{ readonly status: 'accepted' }> {
  if (!settingsOf(ctx.tenant).registrationEnabled) {
    throw new AppError(authErrors.registrationClosed)
  }
  const { email } = input
  const row = await deps.db.first(findUserByEmail({ tenantId: ctx.tenant.id, email }))
  const made = await newUser(deps, ctx, { ...input, roles: [ROLE] }, 'self')
  await (row ? tellOwner(deps, ctx, toUserRecord(row)) : make(deps, ctx, made))
  return { status: 'accepted' }
}

async function tellOwner(
  deps: Pick<Deps, CommitPort | 'secrets'>,
  ctx: RequestContext,
  owner: UserRecord,
): Promise<void> {
  const { writes, jobs } = await queueAddressUsed(deps, ctx, owner)
  await commit(deps, withoutKey(ctx), {
    writes,
    events: [],
    jobs,
    audit: { action: 'auth.registration.refused', targetType: 'user', targetId: owner.id },
    result: undefined,
  })
}

async function make(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  { user, writes, jobs }: MadeUser,
): Promise<void> {
  try {
    await commit(deps, withoutKey(ctx), {
      writes,
      events: [
        eventOf(userRegistered, { type: 'user', id: user.id, version: 1 }, { userId: user.id }),
      ],
      jobs,
      audit: { action: 'auth.user.registered', targetType: 'user', targetId: user.id },
      result: undefined,
      refusals: { [EMAIL_TAKEN]: () => taken },
    })
  } catch (error) {
    if (error !== taken) throw error
    // Somebody was faster since the read. The relay looks for a welcome that is not there, so that its
    // work does not tell either.
    deps.bus.publish({ tenant: ctx.tenant, events: [], owes: true })
  }
}

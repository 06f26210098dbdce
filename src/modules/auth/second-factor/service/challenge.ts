import type { RequestContext } from '../../../../kernel/context.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { type Refusals, type Write, commit } from '../../../commit/index.ts'
import { newOneTimeToken } from '../../one-time-tokens/index.ts'
import { recordLogin } from '../../repo.ts'
import { withoutKey } from '../../service/without-key.ts'
import type { UserRecord } from '../../types.ts'
import type { Challenged } from '../types.ts'

const PURPOSE = 'login-challenge'
const ID_CHARACTERS = 36
const { challengeMilliseconds } = limits.secondFactor

/**
 * Asks whoever has given the right password for a code, within `limits.secondFactor` and only while
 * the user stays as it is. No session and no token is made.
 */
export async function challengeUser(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  right: {
    readonly user: UserRecord
    readonly passwordHash: string
    readonly writes: readonly Write[]
    readonly refusals: Refusals
  },
): Promise<Challenged> {
  const { id, securityVersion, lastLoginAt } = right.user
  const { passwordHash } = right
  const tenantId = ctx.tenant.id
  const { token, writes } = await newOneTimeToken(deps, ctx, {
    purpose: 'login_challenge',
    subjectId: id,
    boundTo: String(securityVersion),
    milliseconds: challengeMilliseconds,
  })
  // Nobody has logged in so far: the instant stays.
  const kept = recordLogin({ tenantId, id, securityVersion, passwordHash, now: lastLoginAt })
  return commit(deps, withoutKey(ctx), {
    writes: [{ statement: kept, guard: 'state_allows' }, ...writes, ...right.writes],
    events: [],
    audit: { action: 'auth.login.challenged', targetType: 'user', targetId: id },
    result: {
      status: 'second_factor_required',
      challenge: await deps.secrets.seal(PURPOSE, id + token, tenantId),
      expiresIn: challengeMilliseconds / 1_000,
    },
    refusals: right.refusals,
  })
}

/**
 * The user and the token of a challenge, without a look at the database: strangers cannot count tries
 * against a user. Undefined for a text that this deployment did not make for the tenant.
 */
export async function openChallenge(
  deps: Pick<Deps, 'secrets'>,
  ctx: Pick<RequestContext, 'tenant'>,
  challenge: string,
): Promise<{ readonly userId: string; readonly token: string } | undefined> {
  const text = await deps.secrets.open(PURPOSE, challenge, ctx.tenant.id)
  if (text === undefined) return undefined
  return { userId: text.slice(0, ID_CHARACTERS), token: text.slice(ID_CHARACTERS) }
}

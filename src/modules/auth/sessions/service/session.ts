import type { RequestContext } from '../../../../kernel/context.ts'
import { toBase64Url } from '../../../../kernel/cursor.ts'
import { sha256 } from '../../../../kernel/digest.ts'
import type { Deps } from '../../../../ports/deps.ts'
import type { Write } from '../../../commit/index.ts'
import { sessionEnds } from '../../domain.ts'
import { insertRefreshToken, insertSession } from '../repo.ts'
import { isFactorDue } from '../../second-factor/index.ts'
import type { SignedIn, UserRecord } from '../../types.ts'

const REFRESH_TOKEN_BYTES = 32

/** A session that a commit opens. */
export interface NewSession {
  readonly id: string
  readonly refreshToken: string
  readonly writes: readonly Write[]
}

/** A new session of the user with its first refresh token, of which only the hash is written. */
export async function newSession(
  deps: Pick<Deps, 'ids' | 'settings'>,
  ctx: RequestContext,
  userId: string,
): Promise<NewSession> {
  const id = deps.ids.next()
  const refreshToken = toBase64Url(deps.ids.random(REFRESH_TOKEN_BYTES))
  const tenantId = ctx.tenant.id
  const session = insertSession({
    tenantId,
    id,
    userId,
    ...placeOf(ctx),
    now: ctx.now,
    ...sessionEnds(ctx.now, deps.settings),
  })
  const hash = await sha256(refreshToken)
  const token = insertRefreshToken({ tenantId, hash, sessionId: id, now: ctx.now })
  return { id, refreshToken, writes: [{ statement: session }, { statement: token }] }
}

/** Where a request comes from, as sessions and the history keep it. */
export function placeOf({ clientAddress, clientCountry, userAgent }: RequestContext) {
  return {
    clientAddress: clientAddress ?? null,
    country: clientCountry ?? null,
    userAgent: userAgent ?? null,
  }
}

/**
 * The answer to whoever has signed in: a new access token beside the refresh token. It carries no
 * roles while the user lacks a second factor that the tenant asks for.
 */
export async function signedIn(
  deps: Pick<Deps, 'ids' | 'tokens'>,
  ctx: RequestContext,
  session: { readonly id: string; readonly refreshToken: string; readonly user: UserRecord },
): Promise<SignedIn> {
  const { id, email, name, roles, securityVersion } = session.user
  const isDue = isFactorDue(ctx.tenant, session.user)
  const claims = { tenantId: ctx.tenant.id, sessionId: session.id, securityVersion }
  const accessToken = await deps.tokens.sign(
    { userId: id, ...claims, roles: isDue ? [] : roles },
    deps.ids.next(),
    ctx.now,
  )
  return {
    accessToken,
    refreshToken: session.refreshToken,
    tokenType: 'Bearer',
    expiresIn: deps.tokens.lifetimeSeconds,
    user: { id, email, name, roles },
    ...(isDue && { secondFactor: 'enrolment_required' }),
  }
}

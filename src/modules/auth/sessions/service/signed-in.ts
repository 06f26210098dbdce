import type { RequestContext } from '../../../../kernel/context.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { isFactorDue } from '../../second-factor/index.ts'
import type { SignedIn, UserRecord } from '../../types.ts'

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

import type { RequestContext } from '../../../../kernel/context.ts'
import { toBase64Url } from '../../../../kernel/cursor.ts'
import { sha256 } from '../../../../kernel/digest.ts'
import type { Deps } from '../../../../ports/deps.ts'
import type { Write } from '../../../commit/index.ts'
import { sessionEnds } from '../../domain.ts'
import { insertRefreshToken, insertSession, spendTokensOf } from '../repo.ts'

const REFRESH_TOKEN_BYTES = 32

/** A refresh token that a commit makes: 256 random bits as base64url, of which the hash is written. */
interface NewRefreshToken {
  readonly refreshToken: string
  readonly writes: readonly Write[]
}

/** A session that a commit opens. */
export interface NewSession extends NewRefreshToken {
  readonly id: string
}

/** A new session of the user with its first refresh token. */
export async function newSession(
  deps: Pick<Deps, 'ids' | 'settings'>,
  ctx: RequestContext,
  userId: string,
): Promise<NewSession> {
  const id = deps.ids.next()
  const statement = insertSession({
    tenantId: ctx.tenant.id,
    id,
    userId,
    ...placeOf(ctx),
    now: ctx.now,
    ...sessionEnds(ctx.now, deps.settings),
  })
  const { refreshToken, writes } = await newRefreshToken(deps, ctx, id)
  return { id, refreshToken, writes: [{ statement }, ...writes] }
}

/** Another refresh token of a session, which makes all that it has worthless. */
export async function renewTokens(
  deps: Pick<Deps, 'ids'>,
  ctx: RequestContext,
  sessionId: string,
): Promise<NewRefreshToken> {
  const statement = spendTokensOf({ tenantId: ctx.tenant.id, sessionId, now: ctx.now })
  const { refreshToken, writes } = await newRefreshToken(deps, ctx, sessionId)
  return { refreshToken, writes: [{ statement }, ...writes] }
}

async function newRefreshToken(
  deps: Pick<Deps, 'ids'>,
  { tenant, now }: RequestContext,
  sessionId: string,
): Promise<NewRefreshToken> {
  const refreshToken = toBase64Url(deps.ids.random(REFRESH_TOKEN_BYTES))
  const hash = await sha256(refreshToken)
  const statement = insertRefreshToken({ tenantId: tenant.id, hash, sessionId, now })
  return { refreshToken, writes: [{ statement }] }
}

/** Where a request comes from, as sessions and the history keep it. */
export function placeOf({ clientAddress, clientCountry, userAgent }: RequestContext) {
  return {
    clientAddress: clientAddress ?? null,
    country: clientCountry?.() ?? null,
    userAgent: userAgent ?? null,
  }
}

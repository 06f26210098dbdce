import type { RequestContext } from '../../../../kernel/context.ts'
import { sha256 } from '../../../../kernel/digest.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { type RefreshVerdict, idleEnd, refreshVerdict } from '../../domain.ts'
import { authErrors } from '../../errors.ts'
import { withoutKey } from '../../service/without-key.ts'
import {
  endSession,
  insertRefreshToken,
  spendRefreshToken,
  touchSession,
} from '../../session-store/index.ts'
import type { RefreshRecord, SignedIn } from '../../types.ts'
import { sessionEnded, sessionReuseDetected } from '../events.ts'
import { findRefreshToken, toRefreshRecord } from '../repo.ts'
import { signedIn } from './signed-in.ts'

export type RefreshDeps = Pick<Deps, CommitPort | 'secrets' | 'settings' | 'telemetry' | 'tokens'>

/** A refresh token on its way to its one heir. */
interface Succession {
  readonly hash: string
  readonly heir: string
  readonly heirHash: string
}

/**
 * Gives new tokens for a refresh token, which is spent. The heir is derived from it by a key, so that
 * a client that asks again within `limits.refreshGraceMilliseconds` gets the very same one and there
 * is never a second. Any other reuse ends the session with all its tokens.
 *
 * Throws `auth.invalid_refresh_token`, whatever the reason.
 */
export async function refresh(
  deps: RefreshDeps,
  ctx: RequestContext,
  input: { readonly refreshToken: string },
): Promise<SignedIn> {
  const heir = await deps.secrets.digest('refresh-heir', input.refreshToken)
  const succession = { hash: await sha256(input.refreshToken), heir, heirHash: await sha256(heir) }
  const judged = await judge(deps, ctx, succession)
  if (judged.verdict !== 'rotate') return conclude(deps, ctx, succession, judged)
  if (await rotate(deps, ctx, succession, judged.record)) {
    return answer(deps, ctx, succession, judged.record, 'rotate')
  }
  // Another request has just spent the token: what it left behind decides.
  return conclude(deps, ctx, succession, await judge(deps, ctx, succession))
}

/** What was found for a refresh token, and what that makes it worth. */
type Judged =
  | { readonly verdict: RefreshVerdict; readonly record: RefreshRecord }
  | { readonly verdict: 'refuse'; readonly record: undefined }

async function conclude(
  deps: RefreshDeps,
  ctx: RequestContext,
  succession: Succession,
  { record, verdict }: Judged,
): Promise<SignedIn> {
  if (verdict === 'repeat' && record) return answer(deps, ctx, succession, record, verdict)
  deps.telemetry.count('rustok_auth_refreshes_total', { result: verdict })
  if (verdict === 'reuse' && record) await endFamily(deps, ctx, record)
  throw new AppError(authErrors.invalidRefreshToken)
}

function answer(
  deps: RefreshDeps,
  ctx: RequestContext,
  { heir }: Succession,
  { sessionId, user }: RefreshRecord,
  result: 'rotate' | 'repeat',
): Promise<SignedIn> {
  deps.telemetry.count('rustok_auth_refreshes_total', { result })
  return signedIn(deps, ctx, { id: sessionId, refreshToken: heir, user })
}

async function judge(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  { hash, heirHash }: Succession,
): Promise<Judged> {
  const row = await deps.db.first(findRefreshToken({ tenantId: ctx.tenant.id, hash, heirHash }))
  if (!row) return { record: undefined, verdict: 'refuse' }
  const record = toRefreshRecord(row)
  return { record, verdict: refreshVerdict(record, ctx.now) }
}

const spentMeanwhile = new AppError(authErrors.invalidRefreshToken)

/** Spends the token and writes its heir. False when another request was faster. */
async function rotate(
  deps: RefreshDeps,
  ctx: RequestContext,
  { hash, heirHash }: Succession,
  { sessionId, expiresAt }: RefreshRecord,
): Promise<boolean> {
  const tenantId = ctx.tenant.id
  const { now } = ctx
  const idleExpiresAt = idleEnd(now, expiresAt, deps.settings)
  try {
    await commit(deps, withoutKey(ctx), {
      writes: [
        { statement: spendRefreshToken({ tenantId, hash, now }), guard: 'unused' },
        {
          statement: touchSession({ tenantId, id: sessionId, now, idleExpiresAt }),
          guard: 'session_alive',
        },
        { statement: insertRefreshToken({ tenantId, hash: heirHash, sessionId, now }) },
      ],
      events: [],
      audit: { action: 'auth.session.refreshed', targetType: 'session', targetId: sessionId },
      result: undefined,
      refusals: { unused: () => spentMeanwhile, session_alive: authErrors.invalidRefreshToken },
    })
    return true
  } catch (error) {
    if (error === spentMeanwhile) return false
    throw error
  }
}

/** Ends the session of a token that was used twice; whoever was faster has told it. */
async function endFamily(
  deps: RefreshDeps,
  ctx: RequestContext,
  { sessionId, user }: RefreshRecord,
): Promise<void> {
  const about = { userId: user.id, sessionId }
  const session = { type: 'session', id: sessionId }
  const ended = { tenantId: ctx.tenant.id, id: sessionId, because: 'reuse', now: ctx.now }
  await commit(deps, withoutKey(ctx), {
    writes: [{ statement: endSession(ended), guard: 'session_alive' }],
    events: [
      eventOf(sessionReuseDetected, { ...session, version: 2 }, about),
      eventOf(sessionEnded, { ...session, version: 3 }, { ...about, because: 'reuse' }),
    ],
    audit: { action: 'auth.session.reuse_detected', targetType: 'session', targetId: sessionId },
    result: undefined,
    refusals: { session_alive: authErrors.invalidRefreshToken },
  })
}

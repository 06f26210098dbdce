import type { RequestContext } from '../../../../kernel/context.ts'
import { eventOf } from '../../../../kernel/events.ts'
import type { JobRequest } from '../../../../kernel/job.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { type Refusals, type Write, commit } from '../../../commit/index.ts'
import { recordLogin } from '../../repo.ts'
import { withoutKey } from '../../service/without-key.ts'
import { newSession, placeOf } from '../../session-store/index.ts'
import type { SignedIn, UserRecord } from '../../types.ts'
import { userLoggedIn } from '../events.ts'
import { insertLogin } from '../repo.ts'
import { signedIn } from './signed-in.ts'

/** A log-in whose secrets were right. */
export interface RightLogin {
  readonly user: UserRecord
  /** The hash of the password to keep. */
  readonly passwordHash: string
  /** What uses up the secrets. */
  readonly writes: readonly Write[]
  readonly jobs?: readonly JobRequest[]
  readonly refusals: Refusals
  /** Beside the password. */
  readonly by?: 'code' | 'recovery_code'
}

/**
 * Opens a session in one commit. Breaks `state_allows` when the user was disabled or changed after it
 * was read.
 */
export async function openSession(
  deps: Pick<Deps, CommitPort | 'settings' | 'tokens'>,
  ctx: RequestContext,
  { user, passwordHash, writes, jobs = [], refusals, by }: RightLogin,
): Promise<SignedIn> {
  const { id: userId, securityVersion } = user
  const { now } = ctx
  const session = await newSession(deps, ctx, userId)
  const logged = { tenantId: ctx.tenant.id, id: userId, securityVersion, passwordHash, now }
  await commit(deps, withoutKey(ctx), {
    writes: [
      { statement: recordLogin(logged), guard: 'state_allows' },
      ...session.writes,
      { statement: loginEntry(ctx, deps.ids.next(), { userId, sessionId: session.id }) },
      ...writes,
    ],
    events: [
      eventOf(
        userLoggedIn,
        { type: 'session', id: session.id, version: 1 },
        { userId, sessionId: session.id },
      ),
    ],
    jobs,
    audit: {
      action: 'auth.user.logged_in',
      targetType: 'user',
      targetId: userId,
      ...(by && { changes: { by } }),
    },
    result: undefined,
    refusals,
  })
  return signedIn(deps, ctx, { id: session.id, refreshToken: session.refreshToken, user })
}

/** An entry of the history; of a log-in that failed without a session. */
export function loginEntry(
  ctx: RequestContext,
  id: string,
  about: { readonly userId: string | null; readonly sessionId: string | null },
) {
  const outcome = about.sessionId === null ? 'failed' : 'succeeded'
  return insertLogin({
    tenantId: ctx.tenant.id,
    id,
    ...about,
    outcome,
    ...placeOf(ctx),
    now: ctx.now,
  })
}

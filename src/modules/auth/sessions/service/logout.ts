import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { withoutKey } from '../../service/without-key.ts'
import { endSession } from '../../session-store/index.ts'
import { sessionEnded } from '../events.ts'

/** Ends the caller's session. Its access and refresh tokens are refused from the next request on. */
export async function logout(deps: Pick<Deps, CommitPort>, ctx: RequestContext): Promise<void> {
  const { principal, tenant, now } = ctx
  if (principal.kind !== 'user') throw new AppError(errors.unauthenticated)
  const { sessionId, userId } = principal
  await commit(deps, withoutKey(ctx), {
    writes: [
      {
        statement: endSession({ tenantId: tenant.id, id: sessionId, because: 'logout', now }),
        guard: 'session_alive',
      },
    ],
    events: [
      eventOf(
        sessionEnded,
        { type: 'session', id: sessionId, version: 2 },
        { userId, sessionId, because: 'logout' },
      ),
    ],
    audit: { action: 'auth.session.ended', targetType: 'session', targetId: sessionId },
    result: undefined,
  })
}

import type { RequestContext } from '../../../../kernel/context.ts'
import { BEYOND_IDS } from '../../../../kernel/cursor.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { limits } from '../../../../kernel/limits.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { requireCovers } from '../../../rbac/index.ts'
import { findUser, toUserRecord } from '../../repo.ts'
import { endOtherSessions, endSessionOf } from '../../session-store/index.ts'
import { sessionEnded } from '../events.ts'
import { findSessions } from '../repo.ts'
import { takeBackCookies } from './cookies.ts'
import { requireUser } from './require-user.ts'

type EndDeps = Pick<Deps, CommitPort>

/** Which of one's sessions: those of all other devices, or the caller's own too. */
export type WhichSessions = 'others' | 'all'

/** Ends one of the caller's sessions, at once. Throws `not_found`. */
export async function endSession(
  deps: EndDeps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<void> {
  const { userId } = requireUser(ctx)
  await endOne(deps, ctx, { userId, id: input.id, because: 'owner' })
}

/** Ends the caller's sessions, at once. */
export async function endSessions(
  deps: EndDeps,
  ctx: RequestContext,
  input: { readonly which: WhichSessions },
): Promise<void> {
  const { userId, sessionId } = requireUser(ctx)
  const except = input.which === 'others' ? sessionId : ''
  const ids = await openSessions(deps, ctx, userId)
  await endMany(deps, ctx, { userId, ids, except, because: 'owner' })
  if (input.which === 'all') takeBackCookies(ctx)
}

/**
 * Ends a session of a user, at once. Throws `not_found`, and `rbac.grant_too_wide` for a user who may
 * do more than the caller.
 */
export async function endUserSession(
  deps: EndDeps,
  ctx: RequestContext,
  input: { readonly id: string; readonly sessionId: string },
): Promise<void> {
  await requireChangeable(deps, ctx, input.id)
  const { id: userId, sessionId: id } = input
  await endOne(deps, ctx, { userId, id, because: 'administrator' })
}

/** Ends all sessions of a user, at once. Throws as `endUserSession` does. */
export async function endUserSessions(
  deps: EndDeps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<void> {
  const { id: userId } = input
  const [, ids] = await Promise.all([
    requireChangeable(deps, ctx, userId),
    openSessions(deps, ctx, userId),
  ])
  await endMany(deps, ctx, { userId, ids, except: '', because: 'administrator' })
}

async function requireChangeable(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  id: string,
): Promise<void> {
  requirePermission(ctx, 'users:update', null)
  const row = await deps.db.first(findUser({ tenantId: ctx.tenant.id, id }))
  if (!row) throw new AppError(errors.notFound)
  requireCovers(ctx, toUserRecord(row).roles)
}

async function openSessions(
  deps: Pick<Deps, 'db'>,
  { tenant, now }: RequestContext,
  userId: string,
): Promise<string[]> {
  const limit = limits.account.sessionsTold
  const values = { tenantId: tenant.id, userId, before: BEYOND_IDS, now, limit }
  return (await deps.db.read(findSessions(values))).map(({ id }) => id)
}

interface Ending {
  readonly userId: string
  readonly because: 'owner' | 'administrator'
}

async function endOne(
  deps: EndDeps,
  ctx: RequestContext,
  { userId, id, because }: Ending & { readonly id: string },
): Promise<void> {
  const ended = { tenantId: ctx.tenant.id, id, userId, because, now: ctx.now }
  await commit(deps, ctx, {
    writes: [{ statement: endSessionOf(ended), guard: 'row_found' }],
    events: [endedEvent(userId, id, because)],
    audit: { action: 'auth.session.ended', targetType: 'session', targetId: id },
    result: undefined,
  })
}

/** Ends what is open by the time of the commit; the events name what was open at the read before. */
async function endMany(
  deps: EndDeps,
  ctx: RequestContext,
  change: Ending & { readonly ids: readonly string[]; readonly except: string },
): Promise<void> {
  const { userId, because, except } = change
  const ids = change.ids.filter((id) => id !== except)
  const ended = { tenantId: ctx.tenant.id, userId, except, because, now: ctx.now }
  await commit(deps, ctx, {
    writes: [{ statement: endOtherSessions(ended) }],
    events: ids.map((id) => endedEvent(userId, id, because)),
    audit: {
      action: 'auth.sessions.ended',
      targetType: 'user',
      targetId: userId,
      changes: { sessions: ids.length },
    },
    result: undefined,
  })
}

function endedEvent(userId: string, sessionId: string, because: Ending['because']) {
  const aggregate = { type: 'session', id: sessionId, version: 2 }
  return eventOf(sessionEnded, aggregate, { userId, sessionId, because })
}

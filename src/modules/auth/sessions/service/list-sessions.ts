import type { RequestContext } from '../../../../kernel/context.ts'
import { BEYOND_IDS } from '../../../../kernel/cursor.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { Page, PageQuery } from '../../../../kernel/schemas.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { findUser } from '../../repo.ts'
import { toLoginEntry, toSession } from '../domain.ts'
import { findLogins, findSessions } from '../repo.ts'
import type { LoginEntry, Session } from '../types.ts'
import { requireUser } from './require-user.ts'

type ListDeps = Pick<Deps, 'db' | 'cursors'>

/** The caller's own sessions that live, newest first. */
export function listSessions(
  deps: ListDeps,
  ctx: RequestContext,
  input: PageQuery,
): Promise<Page<Session>> {
  const { userId } = requireUser(ctx)
  return pageOfSessions(deps, ctx, userId, input)
}

/** The sessions of a user that live, newest first. Throws `not_found`. */
export async function listUserSessions(
  deps: ListDeps,
  ctx: RequestContext,
  { id, ...page }: PageQuery & { readonly id: string },
): Promise<Page<Session>> {
  requirePermission(ctx, 'users:read', null)
  const [user, sessions] = await Promise.all([
    deps.db.first(findUser({ tenantId: ctx.tenant.id, id })),
    pageOfSessions(deps, ctx, id, page),
  ])
  if (!user) throw new AppError(errors.notFound)
  return sessions
}

async function pageOfSessions(
  deps: ListDeps,
  ctx: RequestContext,
  userId: string,
  { limit, cursor }: PageQuery,
): Promise<Page<Session>> {
  const { tenant, now, principal } = ctx
  const scope = `${tenant.id} auth.sessions ${userId}`
  const [before = BEYOND_IDS] = cursor === undefined ? [] : await deps.cursors.decode(scope, cursor)
  const values = { tenantId: tenant.id, userId, before, now, limit: limit + 1 }
  const rows = await deps.db.read(findSessions(values))
  const current = principal.kind === 'user' ? principal.sessionId : undefined
  const items = rows.slice(0, limit).map((row) => toSession(row, current))
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, nextCursor: last ? await deps.cursors.encode(scope, [last.id]) : null }
}

/** The caller's own log-ins of the last days, failed ones too, newest first. */
export async function listLogins(
  deps: ListDeps,
  ctx: RequestContext,
  { limit, cursor }: PageQuery,
): Promise<Page<LoginEntry>> {
  const { userId } = requireUser(ctx)
  const tenantId = ctx.tenant.id
  const scope = `${tenantId} auth.logins ${userId}`
  const [before = BEYOND_IDS] = cursor === undefined ? [] : await deps.cursors.decode(scope, cursor)
  const rows = await deps.db.read(findLogins({ tenantId, userId, before, limit: limit + 1 }))
  const items = rows.slice(0, limit).map(toLoginEntry)
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, nextCursor: last ? await deps.cursors.encode(scope, [last.id]) : null }
}

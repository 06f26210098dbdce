import type { RequestContext } from '../../../kernel/context.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { eventOf } from '../../../kernel/events.ts'
import { requirePermission } from '../../../kernel/permissions.ts'
import type { Page, PageQuery } from '../../../kernel/schemas.ts'
import type { CommitPort, Deps } from '../../../ports/deps.ts'
import { commit } from '../../commit/index.ts'
import { requireGrantable } from '../../rbac/index.ts'
import { authErrors } from '../errors.ts'
import { userCreated } from '../events.ts'
import { EMAIL_TAKEN, findUser, findUsers, toUser, toUserRecord } from '../repo.ts'
import type { NewUser, User, UserStatus } from '../types.ts'
import { newUser } from './new-user.ts'

/** Sorts behind every id. */
const END = '~'

/** The tenant's users, newest first. */
export async function listUsers(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  input: PageQuery & { readonly status?: UserStatus | undefined },
): Promise<Page<User>> {
  requirePermission(ctx, 'users:read', null)
  const { status, limit, cursor } = input
  const scope = `${ctx.tenant.id} auth.users ${status ?? ''}`
  const [before = END] = cursor === undefined ? [] : await deps.cursors.decode(scope, cursor)
  const values = { tenantId: ctx.tenant.id, before, limit: limit + 1 }
  const rows = await deps.db.read(
    findUsers(status !== undefined, status === undefined ? values : { ...values, status }),
  )
  const items = rows.slice(0, limit).map((row) => toUser(toUserRecord(row)))
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, nextCursor: last ? await deps.cursors.encode(scope, [last.id]) : null }
}

/** One user. Throws `not_found`. */
export async function getUser(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<User> {
  requirePermission(ctx, 'users:read', input.id)
  const row = await deps.db.first(findUser({ tenantId: ctx.tenant.id, id: input.id }))
  if (!row) throw new AppError(errors.notFound)
  return toUser(toUserRecord(row))
}

/**
 * Makes a user. Throws `auth.email_taken`, `rbac.grant_too_wide` for roles beyond the caller's own
 * permissions, and `invalid_input` for an unknown role or a refused password.
 */
export async function createUser(
  deps: Pick<Deps, CommitPort | 'hasher' | 'secrets'>,
  ctx: RequestContext,
  input: NewUser,
): Promise<User> {
  requirePermission(ctx, 'users:create', null)
  requireGrantable(ctx, input.roles)
  const { user, writes, jobs } = await newUser(deps, ctx, input, 'administrator')
  const { id, roles } = user
  return commit(deps, ctx, {
    writes,
    events: [eventOf(userCreated, { type: 'user', id, version: 1 }, { userId: id, roles })],
    jobs,
    audit: {
      action: 'auth.user.created',
      targetType: 'user',
      targetId: id,
      changes: { roles: { after: roles } },
    },
    result: user,
    refusals: { [EMAIL_TAKEN]: authErrors.emailTaken },
  })
}

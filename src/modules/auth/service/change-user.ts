import type { RequestContext } from '../../../kernel/context.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { type DomainEvent, eventOf } from '../../../kernel/events.ts'
import { requirePermission } from '../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../ports/deps.ts'
import { type Write, commit, existsGuard } from '../../commit/index.ts'
import { requireCovers, requireGrantable } from '../../rbac/index.ts'
import { rolesToKeep } from '../domain.ts'
import { authErrors } from '../errors.ts'
import { userDisabled, userEnabled, userRolesChanged } from '../events.ts'
import {
  activeHolder,
  advanceUser,
  deleteRoles,
  endSessionsOf,
  findUser,
  insertRoles,
  toUser,
  toUserRecord,
} from '../repo.ts'
import type { User, UserRecord, UserStatus } from '../types.ts'

type ChangeDeps = Pick<Deps, CommitPort>

/** The user to change, and the version that the caller has seen; `*` for any. */
interface Target {
  readonly id: string
  readonly version: number | '*'
}

/**
 * Disables or enables a user. Disabling ends all its sessions; either ends its access tokens. What is
 * so already is answered as it is.
 *
 * Throws `not_found`, `precondition_failed`, `auth.last_administrator` and, for a user who may do
 * more than the caller, `rbac.grant_too_wide`.
 */
export async function setUserStatus(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: Target & { readonly status: UserStatus },
): Promise<User> {
  const before = await changeable(deps, ctx, input)
  const { status } = input
  if (before.status === status) return toUser(before)
  const { id } = before
  const isDisabled = status === 'disabled'
  const ended = { tenantId: ctx.tenant.id, userId: id, because: 'disabled', now: ctx.now }
  return change(deps, ctx, {
    before,
    after: { status },
    writes: isDisabled ? [{ statement: endSessionsOf(ended) }] : [],
    lost: isDisabled ? before.roles : [],
    event: eventOf(isDisabled ? userDisabled : userEnabled, nextOf(before), { userId: id }),
  })
}

/**
 * Gives a user other roles and ends its access tokens; its sessions go on.
 *
 * Throws as `setUserStatus`, and `invalid_input` for a role that the tenant lacks.
 */
export async function setUserRoles(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: Target & { readonly roles: readonly string[] },
): Promise<User> {
  const before = await changeable(deps, ctx, input)
  const roles = [...new Set(input.roles)].sort()
  requireGrantable(ctx, input.roles)
  if (roles.join() === before.roles.join()) return toUser(before)
  const { id: userId } = before
  const tenantId = ctx.tenant.id
  return change(deps, ctx, {
    before,
    after: { roles },
    writes: [
      { statement: deleteRoles({ tenantId, userId }) },
      { statement: insertRoles(tenantId, userId, roles) },
    ],
    lost: before.status === 'active' ? before.roles.filter((role) => !roles.includes(role)) : [],
    event: eventOf(userRolesChanged, nextOf(before), {
      userId,
      before: before.roles,
      after: roles,
    }),
  })
}

/** The user as it is, when the caller may change it and has seen this version. */
async function changeable(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  { id, version }: Target,
): Promise<UserRecord> {
  requirePermission(ctx, 'users:update', null)
  const row = await deps.db.first(findUser({ tenantId: ctx.tenant.id, id }))
  if (!row) throw new AppError(errors.notFound)
  const user = toUserRecord(row)
  requireCovers(ctx, user.roles)
  if (version !== '*' && version !== user.version) throw new AppError(errors.preconditionFailed)
  return user
}

interface Change {
  readonly before: UserRecord
  readonly after: { readonly status?: UserStatus; readonly roles?: string[] }
  readonly writes: readonly Write[]
  /** Roles that an active user loses. */
  readonly lost: readonly string[]
  readonly event: DomainEvent
}

function change(deps: ChangeDeps, ctx: RequestContext, made: Change): Promise<User> {
  const { before, writes, lost } = made
  const after = { ...before, ...made.after, version: before.version + 1, updatedAt: ctx.now }
  const tenantId = ctx.tenant.id
  const { id, version } = before
  const kept = rolesToKeep(lost)
  return commit(deps, ctx, {
    writes: [
      {
        statement: advanceUser({ tenantId, id, version, status: after.status, now: ctx.now }),
        guard: 'version_matches',
      },
      ...writes,
      ...(kept ? [{ statement: existsGuard('last_one_stays', activeHolder(tenantId, kept)) }] : []),
    ],
    events: [made.event],
    audit: {
      action: made.event.type,
      targetType: 'user',
      targetId: id,
      changes: {
        status: { before: before.status, after: after.status },
        roles: { before: before.roles, after: after.roles },
      },
    },
    result: toUser(after),
    refusals: { last_one_stays: authErrors.lastAdministrator },
  })
}

function nextOf(user: UserRecord) {
  return { type: 'user', id: user.id, version: user.version + 1 }
}

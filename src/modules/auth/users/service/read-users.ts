import type { RequestContext } from '../../../../kernel/context.ts'
import { BEYOND_IDS } from '../../../../kernel/cursor.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { Page, PageQuery } from '../../../../kernel/schemas.ts'
import type { SqlValue } from '../../../../kernel/statement.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { nameKey } from '../../domain.ts'
import { findUser, toUser, toUserRecord } from '../../repo.ts'
import type { User, UserStatus } from '../../types.ts'
import { type UsersShape, findUsers } from '../repo.ts'

/** Sorts behind every text that begins alike. */
const LAST_CHARACTER = '\u{10FFFF}'

/** What users of a list must have. */
interface UserFilter {
  readonly status?: UserStatus | undefined
  readonly role?: string | undefined
  /** How the address or the name begins, in upper or lower case. */
  readonly search?: string | undefined
}

/** The tenant's users, newest first. */
export async function listUsers(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  input: PageQuery & UserFilter,
): Promise<Page<User>> {
  requirePermission(ctx, 'users:read', null)
  const { status, role, search, limit, cursor } = input
  const filters = JSON.stringify([status, role, search])
  const scope = `${ctx.tenant.id} auth.users ${filters}`
  const [before = BEYOND_IDS] = cursor === undefined ? [] : await deps.cursors.decode(scope, cursor)
  const values: Record<string, SqlValue> = { tenantId: ctx.tenant.id, before, limit: limit + 1 }
  if (status !== undefined) values['status'] = status
  if (role !== undefined) values['role'] = role
  if (search !== undefined) {
    values['search'] = nameKey(search)
    values['searchEnd'] = nameKey(search) + LAST_CHARACTER
  }
  const rows = await deps.db.read(findUsers(shapeOf(input), values))
  const items = rows.slice(0, limit).map((row) => toUser(toUserRecord(row)))
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, nextCursor: last ? await deps.cursors.encode(scope, [last.id]) : null }
}

/** The way that meets the fewest users: those who are disabled are few, those who are active are not. */
function shapeOf({ status, role, search }: UserFilter): UsersShape {
  const wanted = { hasStatus: status !== undefined, hasRole: role !== undefined }
  if (search !== undefined) return { by: 'search', ...wanted }
  if (role !== undefined && status !== 'disabled') return { by: 'role', ...wanted }
  return { by: status === undefined ? 'id' : 'status', ...wanted }
}

/** One user. Throws `not_found`. */
export async function getUser(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<User> {
  requirePermission(ctx, 'users:read', { ownerId: input.id })
  const row = await deps.db.first(findUser({ tenantId: ctx.tenant.id, id: input.id }))
  if (!row) throw new AppError(errors.notFound)
  return toUser(toUserRecord(row))
}

import { and, desc, eq, lt, ne, sql } from 'drizzle-orm'
import { limits } from '../../../kernel/limits.ts'
import { type Bind, builder, columns, prepareEach } from '../../../kernel/statement.ts'
import { selectUsers, userColumns } from '../repo.ts'
import { userRoles, users } from '../tables.ts'

/** The way by which users are found, and what they must have beside. */
export interface UsersShape {
  /** All, those of a status, those of a role, or those that a text begins. */
  readonly by: 'id' | 'status' | 'role' | 'search'
  readonly hasStatus: boolean
  readonly hasRole: boolean
}

/** Users made before the id, newest first. A search reaches `limits.users.searched` of each kind. */
export const findUsers = prepareEach((shape: UsersShape, bind: Bind) =>
  shape.by === 'role'
    ? ofRole(shape, bind)
    : selectUsers(() =>
        and(
          shape.by === 'search' ? isFound(bind) : undefined,
          shape.hasStatus ? hasStatus(shape, bind) : undefined,
          shape.hasRole ? hasRole(bind) : undefined,
          lt(users.id, bind('before')),
        ),
      )(bind)
        .orderBy(desc(users.id))
        .limit(sql.placeholder('limit')),
)

const ofRole = (shape: UsersShape, bind: Bind) =>
  builder
    .select(columns(userColumns))
    .from(userRoles)
    // A cross join keeps SQLite from walking the users.
    .crossJoin(users)
    .where(
      and(
        eq(userRoles.tenantId, bind('tenantId')),
        sql`unlikely(${eq(userRoles.role, bind('role'))})`,
        lt(userRoles.userId, bind('before')),
        eq(users.tenantId, bind('tenantId')),
        eq(users.id, userRoles.userId),
        ne(users.status, 'deleted'),
        shape.hasStatus ? eq(users.status, bind('status')) : undefined,
      ),
    )
    .orderBy(desc(userRoles.userId))
    .limit(sql.placeholder('limit'))

const hasStatus = ({ by }: UsersShape, bind: Bind) =>
  by === 'status'
    ? // Without the hint SQLite walks all users by primary key to find the few of a status.
      sql`unlikely(${eq(users.status, bind('status'))})`
    : sql`+${users.status} = ${bind('status')}`

const hasRole = (bind: Bind) =>
  sql`EXISTS (SELECT 1 FROM user_roles r WHERE r.tenant_id = users.tenant_id
    AND r.user_id = users.id AND r.role = ${bind('role')})`

/** Those of an address and those of a name that begin like the text, each by an index. */
const isFound = (bind: Bind) =>
  sql`${users.id} IN (
    SELECT id FROM (SELECT id FROM users WHERE tenant_id = ${bind('tenantId')}
      AND email >= ${bind('search')} AND email < ${bind('searchEnd')}
      AND status <> 'deleted' ORDER BY email LIMIT ${limits.users.searched})
    UNION ALL
    SELECT id FROM (SELECT id FROM users WHERE tenant_id = ${bind('tenantId')}
      AND name_key >= ${bind('search')} AND name_key < ${bind('searchEnd')}
      AND status <> 'deleted' ORDER BY name_key LIMIT ${limits.users.searched}))`

import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { type Statement, builder, columns, prepare } from '../../kernel/statement.ts'
import { roles } from './tables.ts'
import type { Role } from './types.ts'

/** The most roles that are read at once. */
export const MAX_ROLES = 1_000

const selection = columns({
  slug: roles.slug,
  name: roles.name,
  isSystem: roles.isSystem,
  version: roles.version,
  permissions: sql<string>`(SELECT json_group_array(p.permission) FROM role_permissions p
    WHERE p.tenant_id = roles.tenant_id AND p.role = roles.slug)`.as('permissions'),
})

/** The roles after a slug, by slug; `after` is '' for the first page. */
export const findRoles = prepare((bind) =>
  builder
    .select(selection)
    .from(roles)
    .where(and(eq(roles.tenantId, bind('tenantId')), gt(roles.slug, bind('after'))))
    .orderBy(asc(roles.slug))
    .limit(sql.placeholder('limit')),
)

export const findRole = prepare((bind) =>
  builder
    .select(selection)
    .from(roles)
    .where(and(eq(roles.tenantId, bind('tenantId')), eq(roles.slug, bind('slug')))),
)

type RoleRow = Omit<Role, 'isSystem' | 'permissions'> & {
  readonly isSystem: number
  readonly permissions: string
}

export function toRole(row: RoleRow): Role {
  const permissions = JSON.parse(row.permissions) as string[] // -- json_group_array of a text column
  return { ...row, isSystem: row.isSystem === 1, permissions: permissions.sort() }
}

/** Gives roles permissions; the ones they hold stay. */
export function insertGrants(
  tenantId: string,
  grants: readonly { readonly role: string; readonly permission: string }[],
): Statement {
  return {
    sql: `INSERT INTO role_permissions (tenant_id, role, permission)
      SELECT ?1, value ->> 'role', value ->> 'permission' FROM json_each(?2) WHERE true
      ON CONFLICT DO NOTHING`,
    params: [tenantId, JSON.stringify(grants)],
  }
}

/** Moves a role from the version that was read to the next. */
export const advanceRole = prepare((bind) =>
  builder
    .update(roles)
    .set({ version: sql`${roles.version} + 1`, updatedAt: bind('now') })
    .where(
      and(
        eq(roles.tenantId, bind('tenantId')),
        eq(roles.slug, bind('slug')),
        eq(roles.version, bind('version')),
      ),
    ),
)

import { and, asc, eq, gt, sql } from 'drizzle-orm'
import type { Grants } from '../../kernel/grants.ts'
import { type Statement, builder, columns, prepare } from '../../kernel/statement.ts'
import { grantList } from './domain.ts'
import { rolePermissions, roles } from './tables.ts'
import type { RoleRecord } from './types.ts'

/** The most roles that are read at once. */
export const MAX_ROLES = 1_000

/** The constraint that a second role of a slug breaks. */
export const SLUG_TAKEN = 'roles.tenant_id, roles.slug'

/** Foreign keys have no name: whoever has the role holds it by one. */
export const IN_USE = ''

const selection = columns({
  slug: roles.slug,
  name: roles.name,
  description: roles.description,
  isSystem: roles.isSystem,
  version: roles.version,
  id: sql<string>`coalesce(${roles.id}, ${roles.slug})`.as('id'),
  grants: sql<string>`(SELECT json_group_object(p.permission, json(p.rules))
    FROM role_permissions p
    WHERE p.tenant_id = roles.tenant_id AND p.role = roles.slug)`.as('grants'),
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

type RoleRow = Omit<RoleRecord, 'isSystem' | 'grants'> & {
  readonly isSystem: number
  readonly grants: string
}

export function toRoleRecord(row: RoleRow): RoleRecord {
  const grants: Grants = JSON.parse(row.grants)
  return { ...row, isSystem: row.isSystem === 1, grants: grantList(grants) }
}

/** Gives a role permissions, with the rules in place of those that it has for the same ones. */
export function putGrants(tenantId: string, role: string, grants: Grants): Statement {
  return {
    sql: `INSERT INTO role_permissions (tenant_id, role, permission, rules)
      SELECT ?1, ?2, key, value FROM json_each(?3) WHERE true
      ON CONFLICT (tenant_id, role, permission) DO UPDATE SET rules = excluded.rules`,
    params: [tenantId, role, JSON.stringify(grants)],
  }
}

/** Takes from a role all that it permits. */
export const deleteGrants = prepare((bind) =>
  builder
    .delete(rolePermissions)
    .where(
      and(eq(rolePermissions.tenantId, bind('tenantId')), eq(rolePermissions.role, bind('slug'))),
    ),
)

export const insertRole = prepare((bind) =>
  builder.insert(roles).values({
    tenantId: bind('tenantId'),
    slug: bind('slug'),
    id: bind('id'),
    name: bind('name'),
    description: bind('description'),
    createdAt: bind('now'),
    updatedAt: bind('now'),
  }),
)

/** Moves a role from the version that was read to the next. */
export const advanceRole = prepare((bind) =>
  builder
    .update(roles)
    .set({
      name: bind('name'),
      description: bind('description'),
      version: sql`${roles.version} + 1`,
      updatedAt: bind('now'),
    })
    .where(
      and(
        eq(roles.tenantId, bind('tenantId')),
        eq(roles.slug, bind('slug')),
        eq(roles.version, bind('version')),
      ),
    ),
)

/** Deletes a role of the version that was read; refused by `IN_USE` while somebody has it. */
export const deleteRole = prepare((bind) =>
  builder
    .delete(roles)
    .where(
      and(
        eq(roles.tenantId, bind('tenantId')),
        eq(roles.slug, bind('slug')),
        eq(roles.version, bind('version')),
      ),
    ),
)

import { BEYOND_IDS } from '../../kernel/cursor.ts'
import { and, desc, eq, lt, sql } from 'drizzle-orm'
import type { TenantStatus } from '../../kernel/context.ts'
import {
  type Query,
  type Statement,
  builder,
  columns,
  prepare,
  prepareEach,
} from '../../kernel/statement.ts'
import type { TenantKey } from '../../ports/tenant-directory.ts'
import { tenants } from './tables.ts'
import type { Settings, StoredTenant, TenantRecord } from './types.ts'

const record = {
  id: tenants.id,
  slug: tenants.slug,
  name: tenants.name,
  status: tenants.status,
  version: tenants.version,
  sequence: tenants.sequence,
  isControl: tenants.isControl,
  shard: tenants.shard,
  defaultLocale: tenants.defaultLocale,
  settings: tenants.settings,
  createdAt: tenants.createdAt,
  updatedAt: tenants.updatedAt,
  deletionRequestedAt: tenants.deletionRequestedAt,
  webhookEndpoints: tenants.webhookEndpoints,
}

/** A row of `tenants`; settings are JSON text. */
export type RecordRow = Omit<TenantRecord, 'isControl' | 'settings'> & {
  readonly isControl: number
  readonly settings: string
}

/** A tenant with all that its snapshot holds, each list as JSON text. */
export type TenantRow = RecordRow & {
  readonly hosts: string
  readonly origins: string
  readonly locales: string
  readonly modules: string
  readonly roles: string
}

const conditions: Readonly<Record<TenantKey['kind'], string>> = {
  id: 't.id = ?1',
  slug: 't.slug = ?1',
  host: 't.id = (SELECT tenant_id FROM tenant_domains WHERE host = ?1 AND verified_at IS NOT NULL)',
}

/**
 * The whole tenant by id, slug or verified host. Roles are read by SQL although they belong to a
 * later module, because the snapshot is one value and must come from one moment.
 */
export function findTenant(key: TenantKey): Query<TenantRow> {
  return {
    sql: `SELECT t.id, t.slug, t.name, t.status, t.version, t.sequence, t.is_control AS isControl, t.shard,
      t.default_locale AS defaultLocale, t.settings, t.created_at AS createdAt,
      t.updated_at AS updatedAt, t.deletion_requested_at AS deletionRequestedAt,
      t.webhook_endpoint_count AS webhookEndpoints,
      (SELECT json_group_array(host) FROM tenant_domains
        WHERE tenant_id = t.id AND verified_at IS NOT NULL) AS hosts,
      (SELECT json_group_array(origin) FROM tenant_origins WHERE tenant_id = t.id) AS origins,
      (SELECT json_group_array(json_object('code', locale, 'fallback', fallback))
        FROM tenant_locales WHERE tenant_id = t.id) AS locales,
      (SELECT json_group_object(module, json_object('enabled', enabled, 'settings', json(settings)))
        FROM tenant_modules WHERE tenant_id = t.id) AS modules,
      (SELECT json_group_object(r.slug, (SELECT json_group_object(p.permission, json(p.rules))
          FROM role_permissions p WHERE p.tenant_id = r.tenant_id AND p.role = r.slug))
        FROM roles r WHERE r.tenant_id = t.id) AS roles
      FROM tenants t WHERE ${conditions[key.kind]}`,
    params: [key.value],
  }
}

/** Reads the JSON texts of a row. */
export function storedTenant(row: TenantRow): StoredTenant {
  const modules: Record<string, { enabled: number; settings: Settings }> = JSON.parse(row.modules)
  const entries = Object.entries(modules).map(([slug, { enabled, settings }]) => [
    slug,
    { enabled: enabled === 1, settings },
  ])
  return {
    ...tenantRecord(row),
    hosts: JSON.parse(row.hosts),
    origins: JSON.parse(row.origins),
    locales: JSON.parse(row.locales),
    modules: Object.fromEntries(entries),
    roles: JSON.parse(row.roles),
  }
}

/** Reads the settings and the flag of a row. */
export function tenantRecord(row: RecordRow): TenantRecord {
  return { ...row, isControl: row.isControl === 1, settings: JSON.parse(row.settings) }
}

const findPage = prepareEach((shape: { readonly hasStatus: boolean }, bind) => {
  const before = lt(tenants.id, bind('before'))
  return builder
    .select(columns(record))
    .from(tenants)
    .where(shape.hasStatus ? and(eq(tenants.status, bind('status')), before) : before)
    .orderBy(desc(tenants.id))
    .limit(sql.placeholder('limit'))
})

/** Every tenant of a database, for the lifecycle. */
export const findTenantIds = prepare(() =>
  builder.select(columns({ id: tenants.id })).from(tenants),
)

/** Tenants by id, newest first, before the id of the last one seen. */
export function listTenants(page: {
  readonly status: TenantStatus | undefined
  readonly before: string | undefined
  readonly limit: number
}): Query<RecordRow> {
  const { status, before = BEYOND_IDS, limit } = page
  return findPage({ hasStatus: status !== undefined }, { status: status ?? null, before, limit })
}

const insert = prepare((bind) =>
  builder.insert(tenants).values({
    id: bind('id'),
    slug: bind('slug'),
    name: bind('name'),
    status: bind('status'),
    version: bind('version'),
    sequence: bind('sequence'),
    isControl: bind('isControl'),
    shard: bind('shard'),
    defaultLocale: bind('defaultLocale'),
    settings: bind('settings'),
    createdAt: bind('createdAt'),
    updatedAt: bind('updatedAt'),
  }),
)

/** The rows of a new tenant: itself, its locales and modules, its roles with their permissions. */
export function insertTenant(
  tenant: StoredTenant,
  roleNames: Readonly<Record<string, string>>,
): Statement[] {
  const { id, createdAt } = tenant
  const roles = Object.keys(tenant.roles).map((slug) => ({ slug, name: roleNames[slug] ?? slug }))
  const grants = Object.entries(tenant.roles).flatMap(([role, held]) =>
    Object.entries(held).map(([permission, rules]) => ({ role, permission, rules })),
  )
  return [
    insert({
      id,
      slug: tenant.slug,
      name: tenant.name,
      status: tenant.status,
      version: tenant.version,
      sequence: tenant.sequence,
      isControl: tenant.isControl ? 1 : 0,
      shard: tenant.shard,
      defaultLocale: tenant.defaultLocale,
      settings: JSON.stringify(tenant.settings),
      createdAt,
      updatedAt: tenant.updatedAt,
    }),
    {
      sql: 'INSERT INTO tenant_locales (tenant_id, locale, created_at) VALUES (?1, ?2, ?3)',
      params: [id, tenant.defaultLocale, createdAt],
    },
    {
      sql: `INSERT INTO tenant_modules (tenant_id, module, enabled, updated_at)
        SELECT ?1, value, 1, ?3 FROM json_each(?2)`,
      params: [id, JSON.stringify(Object.keys(tenant.modules)), createdAt],
    },
    {
      sql: `INSERT INTO roles (tenant_id, slug, name, is_system, created_at, updated_at)
        SELECT ?1, value ->> 'slug', value ->> 'name', 1, ?3, ?3 FROM json_each(?2)`,
      params: [id, JSON.stringify(roles), createdAt],
    },
    {
      sql: `INSERT INTO role_permissions (tenant_id, role, permission, rules)
        SELECT ?1, value ->> 'role', value ->> 'permission', value -> 'rules' FROM json_each(?2)`,
      params: [id, JSON.stringify(grants)],
    },
  ]
}

const update = prepare((bind) =>
  builder
    .update(tenants)
    .set({
      name: bind('name'),
      status: bind('status'),
      version: bind('version'),
      sequence: bind('sequence'),
      defaultLocale: bind('defaultLocale'),
      settings: bind('settings'),
      updatedAt: bind('updatedAt'),
      deletionRequestedAt: bind('deletionRequestedAt'),
    })
    .where(and(eq(tenants.id, bind('id')), eq(tenants.version, bind('expected')))),
)

/** Writes the tenant's own columns; changes nothing unless the tenant has the expected version. */
export function updateTenant(tenant: TenantRecord, expected: number): Statement {
  return update({
    id: tenant.id,
    expected,
    name: tenant.name,
    status: tenant.status,
    version: tenant.version,
    sequence: tenant.sequence,
    defaultLocale: tenant.defaultLocale,
    settings: JSON.stringify(tenant.settings),
    updatedAt: tenant.updatedAt,
    deletionRequestedAt: tenant.deletionRequestedAt,
  })
}

const touch = prepare((bind) =>
  builder
    .update(tenants)
    .set({ version: sql`${tenants.version} + 1`, updatedAt: bind('now') })
    .where(eq(tenants.id, bind('id'))),
)

/**
 * Moves the tenant's version for a change of what later modules keep in its snapshot (roles), so that
 * snapshots made before are known to be old.
 */
export function touchTenant(id: string, now: number): Statement {
  return touch({ id, now })
}

const touchVersion = prepare((bind) =>
  builder
    .update(tenants)
    .set({ version: sql`${tenants.version} + 1`, updatedAt: bind('now') })
    .where(and(eq(tenants.id, bind('id')), eq(tenants.version, bind('expected')))),
)

/**
 * As `touchTenant`, for a change whose snapshot is known before it is committed; changes nothing unless
 * the tenant has the expected version.
 */
export function touchTenantVersion(
  { id, version }: Pick<TenantRecord, 'id' | 'version'>,
  now: number,
): Statement {
  return touchVersion({ id, expected: version, now })
}

const countWebhooks = prepare((bind) =>
  builder
    .update(tenants)
    .set({
      webhookEndpoints: sql`${tenants.webhookEndpoints} + ${bind('by')}`,
      version: sql`${tenants.version} + 1`,
      updatedAt: bind('now'),
    })
    .where(and(eq(tenants.id, bind('id')), eq(tenants.version, bind('expected')))),
)

/**
 * Notes that a tenant has one endpoint more or less that is told of events, and moves its version, so
 * that snapshots made before are known to be old. Changes nothing unless the tenant has the expected
 * version.
 */
export function countWebhookEndpoints(
  tenant: Pick<TenantRecord, 'id' | 'version'>,
  by: 1 | -1,
  now: number,
): Statement {
  return countWebhooks({ id: tenant.id, expected: tenant.version, by, now })
}

/** One row when some tenant that is served allows the browser origin. */
export function findOrigin(origin: string): Query<{ tenantId: string }> {
  return {
    sql: `SELECT o.tenant_id AS tenantId FROM tenant_origins o WHERE o.origin = ?1
      AND EXISTS (SELECT 1 FROM tenants t WHERE t.id = o.tenant_id AND t.status = 'active') LIMIT 1`,
    params: [origin],
  }
}

import { and, eq, lt, sql } from 'drizzle-orm'
import { limits } from '../../../kernel/limits.ts'
import { builder, columns, prepare } from '../../../kernel/statement.ts'
import type { Write } from '../../commit/index.ts'
import { sources } from '../tables.ts'
import type { Source } from '../types.ts'

const sourceColumns = columns({
  id: sources.id,
  slug: sources.slug,
  description: sources.description,
  secret: sources.secret,
  version: sources.version,
  createdAt: sources.createdAt,
})

export const findSource = prepare((bind) =>
  builder
    .select(sourceColumns)
    .from(sources)
    .where(and(eq(sources.tenantId, bind('tenantId')), eq(sources.id, bind('id')))),
)

export const findSourceBySlug = prepare((bind) =>
  builder
    .select(sourceColumns)
    .from(sources)
    .where(and(eq(sources.tenantId, bind('tenantId')), eq(sources.slug, bind('slug')))),
)

/** Sources before an id, newest first. */
export const listSources = prepare((bind) =>
  builder
    .select(sourceColumns)
    .from(sources)
    .where(and(eq(sources.tenantId, bind('tenantId')), lt(sources.id, bind('before'))))
    .orderBy(sql`${sources.id} DESC`)
    .limit(sql.placeholder('limit')),
)

/** Adds a source; changes nothing when the tenant has as many as it may. */
export function insertSource(tenantId: string, source: Source): Write {
  const { id, slug, description, secret, version, createdAt } = source
  return {
    statement: {
      sql: `INSERT INTO webhook_sources (tenant_id, id, slug, description, secret, version,
        created_at)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
        WHERE (SELECT count(*) FROM webhook_sources WHERE tenant_id = ?1) < ?8`,
      params: [
        tenantId,
        id,
        slug,
        description,
        secret,
        version,
        createdAt,
        limits.webhooks.sources,
      ],
    },
    guard: 'state_allows',
  }
}

const deleteRow = prepare((bind) =>
  builder
    .delete(sources)
    .where(
      and(
        eq(sources.tenantId, bind('tenantId')),
        eq(sources.id, bind('id')),
        eq(sources.version, bind('replaces')),
      ),
    ),
)

/** Deletes a source of a version. */
export function deleteSource(tenantId: string, id: string, replaces: number): Write {
  return { statement: deleteRow({ tenantId, id, replaces }), guard: 'version_matches' }
}

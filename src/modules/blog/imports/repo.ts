import type { Query } from '../../../kernel/statement.ts'
import type { Write } from '../../commit/index.ts'

/** A source and the post that came from it. */
export interface Import {
  readonly source: string
  readonly postId: string
}

/** A post that is to come in. */
export interface Arrival {
  readonly source: string
  readonly locale: string
  readonly slug: string
  readonly title: string
  /** Null for a post without a date in the past. */
  readonly createdAt: number | null
}

/** What is there of an arrival. */
export interface Present {
  /** Its source, when that was imported before. */
  readonly source: string | null
  /** The post that came from its source; null also when that was deleted. */
  readonly postId: string | null
  /** The post that has its slug. */
  readonly ownerId: string | null
  /** Where that post came from, when that is known. */
  readonly ownerSource: string | null
  /** 1 when nobody wrote that post, and it has the title or the date of the arrival. */
  readonly isAlike: number | null
}

/** What is there of arrivals, one row each, with its place in the list. */
export function findPresent(
  tenantId: string,
  arrivals: readonly Arrival[],
): Query<Present & { at: number }> {
  return {
    sql: `SELECT a.key AS at, i.source, p.id AS postId, t.post_id AS ownerId,
      o.source AS ownerSource, w.created_by IS NULL AND
        (t.title = a.value ->> 'title' OR w.created_at IS a.value ->> 'createdAt') AS isAlike
      FROM json_each(?2) a
      LEFT JOIN blog_imports i ON i.tenant_id = ?1 AND i.source = a.value ->> 'source'
      LEFT JOIN blog_posts p ON p.tenant_id = ?1 AND p.id = i.post_id
      LEFT JOIN blog_post_translations t ON t.tenant_id = ?1 AND t.locale = a.value ->> 'locale'
        AND t.slug = a.value ->> 'slug'
      LEFT JOIN blog_posts w ON w.tenant_id = ?1 AND w.id = t.post_id
      LEFT JOIN blog_imports o ON o.tenant_id = ?1 AND o.post_id = t.post_id`,
    params: [tenantId, JSON.stringify(arrivals)],
  }
}

/** Remembers where posts came from. */
export function insertImports(tenantId: string, made: readonly Import[], now: number): Write {
  return {
    statement: {
      sql: `INSERT INTO blog_imports (tenant_id, source, post_id, imported_at)
        SELECT ?1, value ->> 'source', value ->> 'postId', ?3 FROM json_each(?2)`,
      params: [tenantId, JSON.stringify(made), now],
    },
  }
}

import { and, eq, lte, sql } from 'drizzle-orm'
import { builder, columns, prepare } from '../../../kernel/statement.ts'
import { posts } from '../posts/index.ts'

/**
 * Drafts whose hour has come, of all tenants that are served and have the module on, from behind an
 * instant, tenant and id. No tenant leads it: the cron tick does.
 */
export const listDuePosts = prepare((bind) =>
  builder
    .select(columns({ tenantId: posts.tenantId, id: posts.id, publishAt: posts.publishAt }))
    .from(posts)
    .where(
      and(
        eq(posts.status, 'draft'),
        sql`${posts.publishAt} IS NOT NULL`,
        lte(posts.publishAt, bind('now')),
        sql`(${posts.publishAt}, ${posts.tenantId}, ${posts.id}) > (${bind('afterInstant')}, ${bind('afterTenant')}, ${bind('afterId')})`,
        sql`EXISTS (SELECT 1 FROM tenants t JOIN tenant_modules m ON m.tenant_id = t.id
          WHERE t.id = ${posts.tenantId} AND t.status = 'active'
          AND m.module = ${bind('module')} AND m.enabled = 1)`,
      ),
    )
    .orderBy(posts.publishAt, posts.tenantId, posts.id)
    .limit(sql.placeholder('limit')),
)

import { and, eq, gt, sql } from 'drizzle-orm'
import { builder, columns, prepare } from '../../../kernel/statement.ts'
import type { Write } from '../../commit/index.ts'
import { posts, translations, withTranslation } from '../posts/index.ts'

/** Posts that have an asset as their cover, behind an id, in their best locale. */
export const listCovered = prepare((bind) =>
  builder
    .select(
      columns({
        id: posts.id,
        version: posts.version,
        coverPicture: posts.coverPicture,
        locale: translations.locale,
        slug: translations.slug,
      }),
    )
    .from(posts)
    .innerJoin(translations, withTranslation(bind('locales')))
    .where(
      and(
        eq(posts.tenantId, bind('tenantId')),
        eq(posts.coverAssetId, bind('assetId')),
        gt(posts.id, bind('afterId')),
      ),
    )
    .orderBy(posts.id)
    .limit(sql.placeholder('limit')),
)

const updatePictureRow = prepare((bind) =>
  builder
    .update(posts)
    .set({
      coverPicture: bind('picture'),
      version: sql`${posts.version} + 1`,
      updatedAt: bind('now'),
    })
    .where(
      and(
        eq(posts.tenantId, bind('tenantId')),
        eq(posts.id, bind('id')),
        eq(posts.version, bind('replaces')),
      ),
    ),
)

/** Shows another picture in the given version of a post. `picture` is JSON or null. */
export function updatePicture(
  tenantId: string,
  { id, version: replaces }: { readonly id: string; readonly version: number },
  picture: string | null,
  now: number,
): Write {
  const statement = updatePictureRow({ tenantId, id, replaces, picture, now })
  return { statement, guard: 'version_matches' }
}

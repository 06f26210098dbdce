import { and, eq, sql } from 'drizzle-orm'
import { type Bind, builder, columns, prepare } from '../../../kernel/statement.ts'
import type { Ids } from '../../../kernel/ids.ts'
import type { Write } from '../../commit/index.ts'
import { categories, tags } from './tables.ts'
import type { Category, Tag } from './types.ts'

/** A tag with the id that it gets if it is new. */
export interface NewTag extends Tag {
  readonly id: string
}

/** Gives each tag the id that it gets if it is new. */
export function withIds(ids: Ids, wanted: readonly Tag[]): NewTag[] {
  return wanted.map((tag) => ({ ...tag, id: ids.next() }))
}

/** Creates the tags whose slugs are new. */
export function ensureTags(tenantId: string, wanted: readonly NewTag[], now: number): Write {
  return {
    statement: {
      sql: `INSERT INTO blog_tags (tenant_id, id, slug, name, version, created_at)
        SELECT ?1, value ->> 'id', value ->> 'slug', value ->> 'name', 1, ?3 FROM json_each(?2)
        WHERE true ON CONFLICT (tenant_id, slug) DO NOTHING`,
      params: [tenantId, JSON.stringify(wanted), now],
    },
  }
}

const categoryColumns = columns({
  id: categories.id,
  parentId: categories.parentId,
  slug: categories.slug,
  names: categories.names,
  position: categories.position,
  version: categories.version,
})

/** Every category of a tenant; the tree is bounded by `limits.blog.categories`. */
export const listCategories = prepare((bind) =>
  builder
    .select(categoryColumns)
    .from(categories)
    .where(eq(categories.tenantId, bind('tenantId')))
    .orderBy(categories.tenantId, categories.parentId, categories.position, categories.id)
    .limit(sql.placeholder('limit')),
)

export const findCategory = prepare((bind) =>
  builder
    .select(categoryColumns)
    .from(categories)
    .where(and(eq(categories.tenantId, bind('tenantId')), eq(categories.id, bind('id')))),
)

type CategoryRow = NonNullable<ReturnType<typeof findCategory>['_row']>

export function toCategory(row: CategoryRow): Category {
  return { ...row, names: JSON.parse(row.names) }
}

const insertCategoryRow = prepare((bind) =>
  builder.insert(categories).values({
    tenantId: bind('tenantId'),
    id: bind('id'),
    ...categoryValues(bind),
    createdAt: bind('now'),
  }),
)

const updateCategoryRow = prepare((bind) =>
  builder
    .update(categories)
    .set(categoryValues(bind))
    .where(
      and(
        eq(categories.tenantId, bind('tenantId')),
        eq(categories.id, bind('id')),
        eq(categories.version, bind('replaces')),
      ),
    ),
)

function categoryValues(bind: Bind) {
  return {
    parentId: bind('parentId'),
    slug: bind('slug'),
    names: bind('names'),
    position: bind('position'),
    version: bind('version'),
    updatedAt: bind('now'),
  }
}

export function insertCategory(tenantId: string, category: Category, now: number): Write {
  return {
    statement: insertCategoryRow({
      tenantId,
      ...category,
      names: JSON.stringify(category.names),
      now,
    }),
  }
}

export function updateCategory(
  tenantId: string,
  category: Category,
  replaces: number,
  now: number,
): Write {
  const names = JSON.stringify(category.names)
  return {
    statement: updateCategoryRow({ tenantId, ...category, names, replaces, now }),
    guard: 'version_matches',
  }
}

const deleteCategoryRow = prepare((bind) =>
  builder
    .delete(categories)
    .where(
      and(
        eq(categories.tenantId, bind('tenantId')),
        eq(categories.id, bind('id')),
        eq(categories.version, bind('replaces')),
      ),
    ),
)

export function deleteCategory(tenantId: string, id: string, replaces: number): Write {
  return { statement: deleteCategoryRow({ tenantId, id, replaces }), guard: 'version_matches' }
}

export const listTags = prepare((bind) =>
  builder
    .select(columns({ id: tags.id, slug: tags.slug, name: tags.name }))
    .from(tags)
    .where(and(eq(tags.tenantId, bind('tenantId')), sql`${tags.slug} > ${bind('after')}`))
    .orderBy(tags.slug)
    .limit(sql.placeholder('limit')),
)

export const findTag = prepare((bind) =>
  builder
    .select(columns({ id: tags.id, slug: tags.slug, name: tags.name, version: tags.version }))
    .from(tags)
    .where(and(eq(tags.tenantId, bind('tenantId')), eq(tags.id, bind('id')))),
)

const renameTagRow = prepare((bind) =>
  builder
    .update(tags)
    .set({ name: bind('name'), version: sql`${tags.version} + 1` })
    .where(and(eq(tags.tenantId, bind('tenantId')), eq(tags.id, bind('id')))),
)

export function renameTag(tenantId: string, id: string, name: string): Write {
  return { statement: renameTagRow({ tenantId, id, name }), guard: 'row_found' }
}

const deleteTagRow = prepare((bind) =>
  builder.delete(tags).where(and(eq(tags.tenantId, bind('tenantId')), eq(tags.id, bind('id')))),
)

export function deleteTag(tenantId: string, id: string): Write {
  return { statement: deleteTagRow({ tenantId, id }), guard: 'row_found' }
}

/** Ids of categories by slug, for things that are named by their names. */
export const findCategoryIds = prepare((bind) =>
  builder
    .select(columns({ id: categories.id, slug: categories.slug }))
    .from(categories)
    .where(
      and(
        eq(categories.tenantId, bind('tenantId')),
        sql`${categories.slug} IN (SELECT value FROM json_each(${bind('slugs')}))`,
      ),
    ),
)

/** A category of an import that is not there yet. */
export interface NewCategory {
  readonly id: string
  readonly slug: string
  readonly name: string
}

/**
 * Inserts the categories that an import needs, one statement a row: after a statement of many rows SQLite would
 * look for the posts of each of them, and read all posts of the tenant for it.
 */
export function insertImportedCategories(
  tenantId: string,
  locale: string,
  wanted: readonly NewCategory[],
  now: number,
): Write[] {
  return wanted.map(({ name, ...category }) =>
    insertCategory(
      tenantId,
      { ...category, parentId: null, names: { [locale]: name }, position: 0, version: 1 },
      now,
    ),
  )
}

import { and, eq, sql } from 'drizzle-orm'
import { type Bind, builder, columns, prepare } from '../../../kernel/statement.ts'
import type { Write } from '../../commit/index.ts'
import { authors } from './tables.ts'
import type { Author } from './types.ts'

const authorColumns = columns({
  id: authors.id,
  slug: authors.slug,
  name: authors.name,
  website: authors.website,
  userId: authors.userId,
  version: authors.version,
})

export const findAuthor = prepare((bind) =>
  builder
    .select(authorColumns)
    .from(authors)
    .where(and(eq(authors.tenantId, bind('tenantId')), eq(authors.id, bind('id')))),
)

export const listAuthors = prepare((bind) =>
  builder
    .select(authorColumns)
    .from(authors)
    .where(and(eq(authors.tenantId, bind('tenantId')), sql`${authors.slug} > ${bind('after')}`))
    .orderBy(authors.slug)
    .limit(sql.placeholder('limit')),
)

const insertAuthorRow = prepare((bind) =>
  builder.insert(authors).values({
    tenantId: bind('tenantId'),
    id: bind('id'),
    ...authorValues(bind),
    createdAt: bind('now'),
  }),
)

const updateAuthorRow = prepare((bind) =>
  builder
    .update(authors)
    .set(authorValues(bind))
    .where(
      and(
        eq(authors.tenantId, bind('tenantId')),
        eq(authors.id, bind('id')),
        eq(authors.version, bind('replaces')),
      ),
    ),
)

function authorValues(bind: Bind) {
  return {
    slug: bind('slug'),
    name: bind('name'),
    website: bind('website'),
    userId: bind('userId'),
    version: bind('version'),
    updatedAt: bind('now'),
  }
}

export function insertAuthor(tenantId: string, author: Author, now: number): Write {
  return { statement: insertAuthorRow({ tenantId, ...author, now }) }
}

export function updateAuthor(
  tenantId: string,
  author: Author,
  replaces: number,
  now: number,
): Write {
  return {
    statement: updateAuthorRow({ tenantId, ...author, replaces, now }),
    guard: 'version_matches',
  }
}

const deleteAuthorRow = prepare((bind) =>
  builder
    .delete(authors)
    .where(
      and(
        eq(authors.tenantId, bind('tenantId')),
        eq(authors.id, bind('id')),
        eq(authors.version, bind('replaces')),
      ),
    ),
)

export function deleteAuthor(tenantId: string, id: string, replaces: number): Write {
  return { statement: deleteAuthorRow({ tenantId, id, replaces }), guard: 'version_matches' }
}

/** Ids of authors by slug, for things that are named by their names. */
export const findAuthorIds = prepare((bind) =>
  builder
    .select(columns({ id: authors.id, slug: authors.slug }))
    .from(authors)
    .where(
      and(
        eq(authors.tenantId, bind('tenantId')),
        sql`${authors.slug} IN (SELECT value FROM json_each(${bind('slugs')}))`,
      ),
    ),
)

/** An author of an import that is not there yet. */
export interface NewAuthor {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly website?: string | undefined
}

/**
 * Inserts the authors that an import needs, one statement a row: after a statement of many rows SQLite would
 * look for the posts of each of them, and read all posts of the tenant for it.
 */
export function insertImportedAuthors(
  tenantId: string,
  wanted: readonly NewAuthor[],
  now: number,
): Write[] {
  return wanted.map(({ website = null, ...author }) =>
    insertAuthor(tenantId, { ...author, website, userId: null, version: 1 }, now),
  )
}

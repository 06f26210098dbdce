import type { RequestContext } from '../../../../kernel/context.ts'
import { errors } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import type { Ids } from '../../../../kernel/ids.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { type Write, commit } from '../../../commit/index.ts'
import { findAuthorIds, insertImportedAuthors } from '../../authors/index.ts'
import { type Import, type Present, findPresent, insertImports } from '../../imports/index.ts'
import { loadPictures } from '../../../media/index.ts'
import { findCategoryIds, insertImportedCategories, tagsOf, withIds } from '../../taxonomy/index.ts'
import { postEvents } from '../events.ts'
import { insertPost, replaceTags, upsertTranslation } from '../repo.ts'
import type { ImportResult } from '../schemas.ts'
import type { PostCore, Translation } from '../types.ts'
import { type Pictures, assetsOf, composeCover, referToCover } from './cover.ts'
import { type Arriving, type Named, readItem } from './read-item.ts'
import { postRefusals } from './refusals.ts'

/** Another import was faster with the same names; the page may be sent again. */
const importRefusals = {
  ...postRefusals,
  'blog_authors.tenant_id, blog_authors.slug': errors.conflict,
  'blog_categories.tenant_id, blog_categories.slug': errors.conflict,
  'blog_imports.tenant_id, blog_imports.source': errors.conflict,
  'blog_imports.tenant_id, blog_imports.post_id': errors.conflict,
}

/**
 * Brings in a page of posts: all that can be read in one commit, or none. A source that was imported
 * before is passed over, also when its post has another slug since or was deleted, so a page may be
 * sent again. Authors and categories are made by name. Two round trips. Items that cannot be read, and
 * those whose slug another post has, are listed with the reason.
 */
export async function importPosts(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  input: { items: readonly unknown[] },
): Promise<ImportResult> {
  requirePermission(ctx, 'posts:import')
  const result: ImportResult = { created: 0, skipped: 0, adopted: [], deleted: [], failed: [] }
  const arriving = input.items.flatMap((raw, index) => readItem(ctx, raw, index, result.failed))
  const known = await loadKnown(deps, ctx, arriving)
  const fresh = arriving.filter((entry, at) => isNew(entry, known, known.present.get(at), result))
  result.created = fresh.length
  if (fresh.length + known.adopted.length === 0) return result
  return commitPage(deps, ctx, fresh, known, result)
}

interface Known {
  readonly present: ReadonlyMap<number, Present>
  /** Sources of the page by the locale and slug that they take. */
  readonly claims: Map<string, string>
  /** Posts that came in without a source. */
  readonly adopted: Import[]
  readonly authors: ReadonlyMap<string, string>
  readonly categories: ReadonlyMap<string, string>
  readonly pictures: Pictures
}

async function loadKnown(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  arriving: readonly Arriving[],
): Promise<Known> {
  const tenantId = ctx.tenant.id
  const slugsOf = (things: readonly (Named | undefined)[]) =>
    JSON.stringify(things.map((thing) => thing?.slug))
  const arrivals = arriving.map(({ item: { source }, translation, instant }) => {
    const { locale, slug, title } = translation
    return { source, locale, slug, title, createdAt: instant }
  })
  const [present, authors, categories, pictures] = await Promise.all([
    deps.db.read(findPresent(tenantId, arrivals)),
    deps.db.read(findAuthorIds({ tenantId, slugs: slugsOf(arriving.map((one) => one.author)) })),
    deps.db.read(
      findCategoryIds({ tenantId, slugs: slugsOf(arriving.map((one) => one.category)) }),
    ),
    loadPictures(
      deps,
      ctx,
      arriving.flatMap(({ item }) => assetsOf(item.cover)),
    ),
  ])
  return {
    present: new Map(present.map((row) => [row.at, row])),
    claims: new Map(),
    adopted: [],
    authors: new Map(authors.map((row) => [row.slug, row.id])),
    categories: new Map(categories.map((row) => [row.slug, row.id])),
    pictures,
  }
}

/** Whether an item becomes a post; what becomes of it else is noted. */
function isNew(
  { item: { source, cover }, translation: { locale, slug } }: Arriving,
  { claims, adopted, pictures }: Known,
  present: Present | undefined,
  result: ImportResult,
): boolean {
  if (present?.source && !present.postId) {
    result.deleted.push(source)
    return false
  }
  if (present?.source || [...claims.values()].includes(source)) {
    result.skipped += 1
    return false
  }
  const key = `${locale}/${slug}`
  const claim = claims.get(key) ?? present?.ownerSource
  const ownerId = present?.ownerId
  if (ownerId && present.isAlike && !claim) {
    claims.set(key, source)
    adopted.push({ source, postId: ownerId })
    result.adopted.push(source)
    result.skipped += 1
    return false
  }
  const owner = claim ? `the post from ${claim}` : ownerId && 'another post'
  if (owner) result.failed.push({ source, reason: `slug: "${slug}" is that of ${owner}` })
  else if (assetsOf(cover).some((id) => !pictures.has(id)))
    result.failed.push({ source, reason: 'cover.assetId: is no public picture' })
  else {
    claims.set(key, source)
    return true
  }
  return false
}

function commitPage(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  fresh: readonly Arriving[],
  known: Known,
  result: ImportResult,
): Promise<ImportResult> {
  const { id: tenantId, defaultLocale } = ctx.tenant
  const authors = named(
    deps.ids,
    fresh.map(({ author }) => author),
    known.authors,
  )
  const categories = named(
    deps.ids,
    fresh.map(({ category }) => category),
    known.categories,
  )
  const posts = fresh.map((entry) => ({
    ...entry,
    core: newPost(deps.ids.next(), ctx, entry, {
      authorId: authors.idOf(entry.author),
      categoryId: categories.idOf(entry.category),
      ...composeCover(entry.item.cover, known.pictures),
    }),
  }))
  const made = posts.map(({ core, item }) => ({ source: item.source, postId: core.id }))
  return commit(deps, ctx, {
    writes: [
      ...insertImportedAuthors(tenantId, authors.fresh, ctx.now),
      ...insertImportedCategories(tenantId, defaultLocale, categories.fresh, ctx.now),
      ...posts.flatMap((post) => postWrites(deps.ids, tenantId, post, known)),
      insertImports(tenantId, [...known.adopted, ...made], ctx.now),
    ],
    events: posts.flatMap(({ core, translation }) => importEvents(core, translation)),
    audit: {
      action: 'blog.posts.imported',
      targetType: 'blog.import',
      targetId: ctx.requestId,
      changes: { created: posts.length, adopted: known.adopted.length },
    },
    result,
    refusals: importRefusals,
  })
}

function postWrites(
  ids: Ids,
  tenantId: string,
  { core, translation, item }: Arriving & { readonly core: PostCore },
  { pictures }: Known,
): Write[] {
  return [
    insertPost(tenantId, core),
    upsertTranslation(tenantId, core.id, translation),
    ...replaceTags(tenantId, core, withIds(ids, tagsOf(item.tags)), true),
    ...referToCover(tenantId, core.id, { before: null, after: core.coverAssetId, pictures }),
  ]
}

function importEvents(core: PostCore, { slug, locale }: Translation) {
  const payload = { postId: core.id, slug, locale }
  const aggregate = (version: number) => ({ type: 'blog.post', id: core.id, version })
  const created = eventOf(postEvents.created, aggregate(1), payload)
  return core.status === 'published'
    ? [created, eventOf(postEvents.published, aggregate(2), payload)]
    : [created]
}

/** The ids of named things, and those of them that are not there yet, each with a new id. */
function named<Thing extends Named>(
  ids: Ids,
  things: readonly (Thing | undefined)[],
  known: ReadonlyMap<string, string>,
) {
  const all = new Map(known)
  const fresh = things.flatMap((thing) => {
    if (!thing || all.has(thing.slug)) return []
    const id = ids.next()
    all.set(thing.slug, id)
    return [{ ...thing, id }]
  })
  return { fresh, idOf: (thing: Thing | undefined) => all.get(thing?.slug ?? '') ?? null }
}

function newPost(
  id: string,
  ctx: RequestContext,
  { instant }: Arriving,
  references: Pick<PostCore, 'authorId' | 'categoryId'> & ReturnType<typeof composeCover>,
): PostCore {
  // An instant to come is when the post is to be published.
  const [publishedAt, publishAt] =
    instant !== null && instant > ctx.now ? [null, instant] : [instant, null]
  return {
    id,
    status: publishedAt === null ? 'draft' : 'published',
    ...references,
    publishAt,
    publishedAt,
    version: publishedAt === null ? 1 : 2,
    createdBy: null,
    createdAt: publishedAt ?? ctx.now,
    updatedAt: ctx.now,
  }
}

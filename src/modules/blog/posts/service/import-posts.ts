import * as z from 'zod'
import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import type { Ids } from '../../../../kernel/ids.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { type Write, commit } from '../../../commit/index.ts'
import { type NewAuthor, findAuthorIds, insertImportedAuthors } from '../../authors/index.ts'
import { loadPictures } from '../../../media/index.ts'
import {
  type NewCategory,
  findCategoryIds,
  insertImportedCategories,
  slugOf,
  tagsOf,
  withIds,
} from '../../taxonomy/index.ts'
import { postEvents } from '../events.ts'
import { findTakenSlugs, insertPost, replaceTags, upsertTranslation } from '../repo.ts'
import { type ImportItem, type ImportResult, importItemSchema } from '../schemas.ts'
import type { PostCore, Translation } from '../types.ts'
import { composeTranslation } from './compose.ts'
import { type Pictures, assetsOf, composeCover, referToCover } from './cover.ts'
import { postRefusals } from './refusals.ts'

/** Another import was faster with the same names; the page may be sent again. */
const importRefusals = {
  ...postRefusals,
  'blog_authors.tenant_id, blog_authors.slug': errors.conflict,
  'blog_categories.tenant_id, blog_categories.slug': errors.conflict,
}

interface Prepared {
  readonly item: ImportItem
  readonly translation: Translation
}

/**
 * Brings in a page of posts: all that can be read in one commit, or none. A post whose slug is there
 * already is skipped, so a page may be sent again. Authors and categories are made by name.
 * Two round trips. Items that cannot be read are listed with the reason.
 */
export async function importPosts(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  input: { items: readonly unknown[] },
): Promise<ImportResult> {
  requirePermission(ctx, 'posts:import')
  const failed: ImportResult['failed'] = []
  const prepared = input.items.flatMap((raw, index) => prepareItem(ctx, raw, index, failed))
  const known = await loadKnown(deps, ctx, prepared)
  const seen = new Set<string>()
  const fresh = prepared.filter(({ item, translation }) => {
    if (assetsOf(item.cover).some((id) => !known.pictures.has(id))) {
      failed.push({ source: item.source, reason: 'cover.assetId: is no public picture' })
      return false
    }
    const key = `${translation.locale}/${translation.slug}`
    if (known.taken.has(key) || seen.has(key)) return false
    seen.add(key)
    return true
  })
  const result = {
    created: fresh.length,
    skipped: input.items.length - failed.length - fresh.length,
    failed,
  }
  if (fresh.length === 0) return result
  return commitPage(deps, ctx, fresh, known, result)
}

function prepareItem(
  ctx: RequestContext,
  raw: unknown,
  index: number,
  failed: ImportResult['failed'],
): Prepared[] {
  const parsed = importItemSchema.safeParse(raw)
  const source = parsed.data?.source ?? sourceOf(raw) ?? `item ${index}`
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const parts = [issue?.path.join('.'), issue?.message ?? 'cannot be read']
    failed.push({ source, reason: parts.filter(Boolean).join(': ') })
    return []
  }
  try {
    const item = parsed.data
    return [
      { item, translation: composeTranslation(ctx, item.locale ?? ctx.tenant.defaultLocale, item) },
    ]
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    failed.push({ source, reason: error.errors?.[0]?.detail ?? error.message })
    return []
  }
}

function sourceOf(raw: unknown): string | undefined {
  return z.object({ source: z.string().max(500) }).safeParse(raw).data?.source
}

interface Known {
  readonly taken: ReadonlySet<string>
  readonly authors: ReadonlyMap<string, string>
  readonly categories: ReadonlyMap<string, string>
  readonly pictures: Pictures
}

async function loadKnown(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  prepared: readonly Prepared[],
): Promise<Known> {
  const tenantId = ctx.tenant.id
  const slugs = JSON.stringify(prepared.map(({ translation }) => translation.slug))
  const authorSlugs = JSON.stringify(
    prepared.flatMap(({ item }) => (item.author ? [slugOf(item.author.name)] : [])),
  )
  const categorySlugs = JSON.stringify(
    prepared.flatMap(({ item }) => (item.category ? [slugOf(item.category)] : [])),
  )
  const assetIds = prepared.flatMap(({ item }) => assetsOf(item.cover))
  const [taken, authors, categories, pictures] = await Promise.all([
    deps.db.read(findTakenSlugs({ tenantId, slugs })),
    deps.db.read(findAuthorIds({ tenantId, slugs: authorSlugs })),
    deps.db.read(findCategoryIds({ tenantId, slugs: categorySlugs })),
    loadPictures(deps, ctx, assetIds),
  ])
  return {
    taken: new Set(taken.map((row) => `${row.locale}/${row.slug}`)),
    authors: new Map(authors.map((row) => [row.slug, row.id])),
    categories: new Map(categories.map((row) => [row.slug, row.id])),
    pictures,
  }
}

function commitPage(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  fresh: readonly Prepared[],
  known: Known,
  result: ImportResult,
): Promise<ImportResult> {
  const { id: tenantId, defaultLocale } = ctx.tenant
  const authors = missing(
    deps.ids,
    fresh.flatMap(({ item }) => item.author ?? []),
    known.authors,
  )
  const categoryNames = fresh.flatMap(({ item }) =>
    item.category === undefined ? [] : [{ name: item.category }],
  )
  const categories = missing(deps.ids, categoryNames, known.categories)
  const posts = fresh.map((entry) => ({
    ...entry,
    core: newPost(deps.ids, ctx, entry.item, authors, categories, known),
  }))
  return commit(deps, ctx, {
    writes: [
      ...insertImportedAuthors(tenantId, [...authors.values()], ctx.now),
      ...insertImportedCategories(tenantId, defaultLocale, [...categories.values()], ctx.now),
      ...posts.flatMap(({ core, translation, item }) =>
        postWrites(deps.ids, tenantId, { core, translation, item }, known),
      ),
    ],
    events: posts.flatMap(({ core, translation }) => importEvents(core, translation)),
    audit: {
      action: 'blog.posts.imported',
      targetType: 'blog.import',
      targetId: ctx.requestId,
      changes: { created: posts.length },
    },
    result,
    refusals: importRefusals,
  })
}

function postWrites(
  ids: Ids,
  tenantId: string,
  { core, translation, item }: Prepared & { readonly core: PostCore },
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

/** The named things that are not there yet, by slug, each with its new id. */
function missing<Named extends { readonly name: string }>(
  ids: Ids,
  named: readonly Named[],
  known: ReadonlyMap<string, string>,
): Map<string, Named & { id: string; slug: string }> {
  const fresh = new Map<string, Named & { id: string; slug: string }>()
  for (const thing of named) {
    const slug = slugOf(thing.name)
    if (!known.has(slug) && !fresh.has(slug)) fresh.set(slug, { ...thing, slug, id: ids.next() })
  }
  return fresh
}

function newPost(
  ids: Ids,
  ctx: RequestContext,
  item: ImportItem,
  authors: ReadonlyMap<string, NewAuthor>,
  categories: ReadonlyMap<string, NewCategory>,
  known: Known,
): PostCore {
  const instant = item.publishedAt === undefined ? null : Date.parse(item.publishedAt)
  // An instant to come is when the post is to be published.
  const [publishedAt, publishAt] =
    instant !== null && instant > ctx.now ? [null, instant] : [instant, null]
  const author = item.author && slugOf(item.author.name)
  const category = item.category === undefined ? undefined : slugOf(item.category)
  return {
    id: ids.next(),
    status: publishedAt === null ? 'draft' : 'published',
    authorId:
      author === undefined ? null : (known.authors.get(author) ?? authors.get(author)?.id ?? null),
    categoryId:
      category === undefined
        ? null
        : (known.categories.get(category) ?? categories.get(category)?.id ?? null),
    ...composeCover(item.cover, known.pictures),
    publishAt,
    publishedAt,
    version: publishedAt === null ? 1 : 2,
    createdBy: null,
    createdAt: publishedAt ?? ctx.now,
    updatedAt: ctx.now,
  }
}

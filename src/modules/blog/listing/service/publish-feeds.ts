import type { RequestContext } from '../../../../kernel/context.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { type BlogSettings, blogSettings } from '../../schemas.ts'
import { type PostRecord, presentCover, toRecord } from '../../posts/index.ts'
import { listFeedPosts, listSitemapRows } from '../repo.ts'
import { withAbsoluteAddresses } from './absolute-addresses.ts'
import {
  type Feed,
  type FeedItem,
  type SitemapUrl,
  renderAtom,
  renderJsonFeed,
  renderRss,
  renderSitemap,
} from './feeds.ts'

const renderers = { rss: renderRss, atom: renderAtom, json: renderJsonFeed } as const

/** The formats of a feed. */
export type FeedFormat = keyof typeof renderers

/** The newest posts as a feed; its own address names the locale where it was asked for. */
export async function getFeed(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  input: { readonly format: FeedFormat; readonly locale: string | undefined },
): Promise<string> {
  const values = {
    tenantId: ctx.tenant.id,
    locales: JSON.stringify(ctx.locales),
    limit: limits.blog.feedItems,
  }
  const rows = await deps.db.read(listFeedPosts(values))
  const query = input.locale === undefined ? '' : `?locale=${input.locale}`
  const feedUrl = `${ctx.origin}/api/v1/blog/feed.${input.format}${query}`
  return renderers[input.format](feedOf(ctx, rows.map(toRecord), feedUrl))
}

/**
 * Every text of every published post that search engines may index, newest posts first, as far as one
 * sitemap goes.
 */
export async function getSitemap(deps: Pick<Deps, 'db'>, ctx: RequestContext): Promise<string> {
  return renderSitemap(
    pagesOf(ctx, await deps.db.read(listSitemapRows({ tenantId: ctx.tenant.id }))),
  )
}

function* pagesOf(
  ctx: RequestContext,
  rows: Iterable<{ readonly texts: string; readonly updatedAt: number }>,
): Generator<SitemapUrl> {
  const settings = settingsOf(ctx)
  for (const { texts, updatedAt } of rows) {
    const list: { locale: string; slug: string }[] = JSON.parse(texts)
    const pages = list.map(({ locale, slug }) => ({
      language: locale,
      url: postUrl(ctx, settings, slug, locale),
    }))
    for (const { url } of pages) yield { url, updatedAt, alternates: pages.length > 1 ? pages : [] }
  }
}

function settingsOf(ctx: RequestContext): BlogSettings {
  return blogSettings.parse(ctx.tenant.modules['blog']?.settings ?? {})
}

function siteUrl(ctx: RequestContext, settings: BlogSettings): string {
  return (settings.siteUrl || ctx.origin).replace(/\/+$/, '')
}

/** A slug is unique in its locale only, so a path that does not tell the locale is given it. */
function postUrl(
  ctx: RequestContext,
  settings: BlogSettings,
  slug: string,
  locale: string,
): string {
  const { postPath } = settings
  const isTold = postPath.includes('{locale}') || locale === ctx.tenant.defaultLocale
  const path = isTold ? postPath : `/{locale}${postPath}`
  return siteUrl(ctx, settings) + path.replaceAll('{slug}', slug).replaceAll('{locale}', locale)
}

function feedOf(ctx: RequestContext, posts: readonly PostRecord[], feedUrl: string): Feed {
  const settings = settingsOf(ctx)
  return {
    title: settings.title,
    description: settings.description,
    siteUrl: siteUrl(ctx, settings),
    feedUrl,
    language: ctx.locales[0],
    updatedAt: Math.max(0, ...posts.map((post) => post.updatedAt)),
    items: posts.map((post) => itemOf(ctx, settings, post)),
  }
}

function itemOf(ctx: RequestContext, settings: BlogSettings, post: PostRecord): FeedItem {
  const { slug, locale, title, html, excerpt } = post.translation
  const url = postUrl(ctx, settings, slug, locale)
  return {
    id: `urn:uuid:${post.id}`,
    url,
    title,
    html: withAbsoluteAddresses(html, url),
    excerpt,
    categories: post.tags.map((tag) => tag.name),
    publishedAt: post.publishedAt ?? post.createdAt,
    updatedAt: post.updatedAt,
    ...(post.author ? { author: post.author.name } : {}),
    ...imageOf(ctx, post),
  }
}

function imageOf({ origin, locales }: RequestContext, post: PostRecord): { imageUrl?: string } {
  const cover = presentCover(locales, post)
  return cover ? { imageUrl: new URL(cover.url, origin).href } : {}
}

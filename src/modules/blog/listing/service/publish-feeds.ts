import type { RequestContext } from '../../../../kernel/context.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { type BlogSettings, blogSettings } from '../../schemas.ts'
import { type PostRecord, presentCover, toRecord } from '../../posts/index.ts'
import { listFeedPosts, listSitemapRows } from '../repo.ts'
import {
  type Feed,
  type SitemapUrl,
  renderAtom,
  renderJsonFeed,
  renderRss,
  renderSitemap,
} from './feeds.ts'

const renderers = { rss: renderRss, atom: renderAtom, json: renderJsonFeed } as const

/** The formats of a feed. */
export type FeedFormat = keyof typeof renderers

/** The newest posts as a feed. */
export async function getFeed(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  input: { format: FeedFormat },
): Promise<string> {
  const values = {
    tenantId: ctx.tenant.id,
    locales: JSON.stringify(ctx.locales),
    limit: limits.blog.feedItems,
  }
  const rows = await deps.db.read(listFeedPosts(values))
  return renderers[input.format](feedOf(ctx, rows.map(toRecord), input.format))
}

/** Every published post in every locale, newest first, at most 50,000 addresses. */
export async function getSitemap(deps: Pick<Deps, 'db'>, ctx: RequestContext): Promise<string> {
  const settings = settingsOf(ctx)
  const rows = await deps.db.read(listSitemapRows({ tenantId: ctx.tenant.id }))
  const urls = rows.map((row): SitemapUrl => {
    const texts: { locale: string; slug: string }[] = JSON.parse(row.texts)
    const alternates = texts.map(({ locale, slug }) => ({
      language: locale,
      url: postUrl(ctx, settings, slug, locale),
    }))
    const main = texts.find(({ locale }) => locale === ctx.tenant.defaultLocale) ?? texts[0]
    return {
      url: postUrl(ctx, settings, main?.slug ?? '', main?.locale ?? ctx.tenant.defaultLocale),
      updatedAt: row.updatedAt,
      alternates: alternates.length > 1 ? alternates : [],
    }
  })
  return renderSitemap(urls)
}

function settingsOf(ctx: RequestContext): BlogSettings {
  return blogSettings.parse(ctx.tenant.modules['blog']?.settings ?? {})
}

function siteUrl(ctx: RequestContext, settings: BlogSettings): string {
  return (settings.siteUrl || ctx.origin).replace(/\/+$/, '')
}

function postUrl(
  ctx: RequestContext,
  settings: BlogSettings,
  slug: string,
  locale: string,
): string {
  return (
    siteUrl(ctx, settings) +
    settings.postPath.replaceAll('{slug}', slug).replaceAll('{locale}', locale)
  )
}

function feedOf(ctx: RequestContext, posts: readonly PostRecord[], format: FeedFormat): Feed {
  const settings = settingsOf(ctx)
  return {
    title: settings.title,
    description: settings.description,
    siteUrl: siteUrl(ctx, settings),
    feedUrl: `${ctx.origin}/api/v1/blog/feed.${format}`,
    language: ctx.locales[0],
    updatedAt: Math.max(0, ...posts.map((post) => post.updatedAt)),
    items: posts.map((post) => ({
      id: `urn:uuid:${post.id}`,
      url: postUrl(ctx, settings, post.translation.slug, post.translation.locale),
      title: post.translation.title,
      html: post.translation.html,
      excerpt: post.translation.excerpt,
      categories: post.tags.map((tag) => tag.name),
      publishedAt: post.publishedAt ?? post.createdAt,
      updatedAt: post.updatedAt,
      ...(post.author ? { author: post.author.name } : {}),
      ...imageOf(ctx, post),
    })),
  }
}

function imageOf({ origin, locales }: RequestContext, post: PostRecord): { imageUrl?: string } {
  const cover = presentCover(locales, post)
  return cover ? { imageUrl: new URL(cover.url, origin).href } : {}
}

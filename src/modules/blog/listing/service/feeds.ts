import { toRfc3339 } from '../../../../kernel/clock.ts'
import { type Xml, element, escapeMarkup, xmlDocument } from '../../../../kernel/xml.ts'

/** One entry of a feed. Addresses are absolute, times are epoch milliseconds. */
export interface FeedItem {
  /** A permanent IRI, such as `urn:uuid:...`. */
  readonly id: string
  readonly url: string
  readonly title: string
  /** Safe HTML with absolute addresses. */
  readonly html: string
  /** Plain text. */
  readonly excerpt: string
  readonly author?: string
  readonly categories: readonly string[]
  readonly publishedAt: number
  readonly updatedAt: number
  readonly imageUrl?: string
}

/** What every feed format is written from. Addresses are absolute, texts are plain. */
export interface Feed {
  readonly title: string
  readonly description: string
  readonly siteUrl: string
  /** Where this format of the feed is read. */
  readonly feedUrl: string
  /** BCP 47 tag of the items' language. */
  readonly language: string
  /** Epoch milliseconds. */
  readonly updatedAt: number
  readonly items: readonly FeedItem[]
}

/** One page of a sitemap. */
export interface SitemapUrl {
  /** Absolute address. */
  readonly url: string
  /** Epoch milliseconds. */
  readonly updatedAt: number
  /** The page in every language that it has, itself among them; empty when it has one only. */
  readonly alternates: readonly { readonly language: string; readonly url: string }[]
}

/** What a sitemap may hold by its protocol: addresses, and bytes in all. */
export const SITEMAP_LIMITS = { urls: 50_000, bytes: 52_428_800 } as const

const utf8 = new TextEncoder()

/** A date by RFC 822 with the year of four digits, as RSS asks for. */
const toRfc822 = (milliseconds: number): string => new Date(milliseconds).toUTCString()

const text = (name: string, content: string): Xml => element(name, {}, content)

/**
 * Writes RSS 2.0. The excerpt is escaped as HTML, because readers take an item's description for
 * HTML whatever it is.
 */
export function renderRss(feed: Feed): string {
  const channel = element('channel', {}, [
    text('title', feed.title),
    text('link', feed.siteUrl),
    text('description', feed.description),
    text('language', feed.language),
    text('lastBuildDate', toRfc822(feed.updatedAt)),
    element('atom:link', { rel: 'self', type: 'application/rss+xml', href: feed.feedUrl }),
    ...feed.items.map(rssItem),
  ])
  const namespaces = {
    'xmlns:atom': 'http://www.w3.org/2005/Atom',
    'xmlns:content': 'http://purl.org/rss/1.0/modules/content/',
    'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
    'xmlns:media': 'http://search.yahoo.com/mrss/',
  }
  return xmlDocument(element('rss', { version: '2.0', ...namespaces }, [channel]))
}

function rssItem(item: FeedItem): Xml {
  const { author, imageUrl } = item
  return element('item', {}, [
    text('title', item.title),
    text('link', item.url),
    element('guid', { isPermaLink: 'false' }, item.id),
    text('pubDate', toRfc822(item.publishedAt)),
    author === undefined ? undefined : text('dc:creator', author),
    ...item.categories.map((category) => text('category', category)),
    text('description', escapeMarkup(item.excerpt)),
    text('content:encoded', item.html),
    imageUrl === undefined
      ? undefined
      : element('media:content', { url: imageUrl, medium: 'image' }),
  ])
}

/** Writes Atom (RFC 4287). The feed stands for the author of items that name none. */
export function renderAtom(feed: Feed): string {
  const root = element(
    'feed',
    { xmlns: 'http://www.w3.org/2005/Atom', 'xml:lang': feed.language },
    [
      text('id', feed.feedUrl),
      text('title', feed.title),
      text('subtitle', feed.description),
      text('updated', toRfc3339(feed.updatedAt)),
      element('author', {}, [text('name', feed.title)]),
      element('link', { rel: 'self', type: 'application/atom+xml', href: feed.feedUrl }),
      element('link', { rel: 'alternate', type: 'text/html', href: feed.siteUrl }),
      ...feed.items.map(atomEntry),
    ],
  )
  return xmlDocument(root)
}

function atomEntry(item: FeedItem): Xml {
  const { author, imageUrl } = item
  return element('entry', {}, [
    text('id', item.id),
    text('title', item.title),
    element('link', { rel: 'alternate', type: 'text/html', href: item.url }),
    text('published', toRfc3339(item.publishedAt)),
    text('updated', toRfc3339(item.updatedAt)),
    author === undefined ? undefined : element('author', {}, [text('name', author)]),
    ...item.categories.map((category) => element('category', { term: category })),
    text('summary', item.excerpt),
    element('content', { type: 'html', 'xml:base': item.url }, item.html),
    imageUrl === undefined ? undefined : element('link', { rel: 'enclosure', href: imageUrl }),
  ])
}

/** Writes JSON Feed 1.1. */
export function renderJsonFeed(feed: Feed): string {
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: feed.title,
    home_page_url: feed.siteUrl,
    feed_url: feed.feedUrl,
    description: feed.description,
    language: feed.language,
    items: feed.items.map((item) => ({
      id: item.id,
      url: item.url,
      title: item.title,
      content_html: item.html,
      summary: item.excerpt,
      image: item.imageUrl,
      date_published: toRfc3339(item.publishedAt),
      date_modified: toRfc3339(item.updatedAt),
      authors: item.author === undefined ? undefined : [{ name: item.author }],
      tags: item.categories,
    })),
  })
}

/** Writes a sitemap (protocol 0.9) of the first pages, as many as it may hold, with their languages. */
export function renderSitemap(pages: Iterable<SitemapUrl>): string {
  const namespaces = {
    xmlns: 'http://www.sitemaps.org/schemas/sitemap/0.9',
    'xmlns:xhtml': 'http://www.w3.org/1999/xhtml',
  }
  const urls: Xml[] = []
  // The root element takes less.
  let bytes = 1_000
  for (const page of pages) {
    const url = sitemapUrl(page)
    bytes += utf8.encode(url.xml).length
    if (urls.length === SITEMAP_LIMITS.urls || bytes > SITEMAP_LIMITS.bytes) break
    urls.push(url)
  }
  return xmlDocument(element('urlset', namespaces, urls))
}

function sitemapUrl({ url, updatedAt, alternates }: SitemapUrl): Xml {
  return element('url', {}, [
    text('loc', url),
    text('lastmod', toRfc3339(updatedAt)),
    ...alternates.map(({ language, url: href }) =>
      element('xhtml:link', { rel: 'alternate', hreflang: language, href }),
    ),
  ])
}

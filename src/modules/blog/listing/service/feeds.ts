export interface Feed {
  title: string
  description: string
  siteUrl: string
  feedUrl: string
  language: string
  updatedAt: number
  items: {
    id: string
    url: string
    title: string
    html: string
    excerpt: string
    author?: string
    categories: string[]
    publishedAt: number
    updatedAt: number
    imageUrl?: string
  }[]
}
export interface SitemapUrl {
  url: string
  updatedAt: number
  alternates: { language: string; url: string }[]
}
export function renderRss(feed: Feed): string {
  return feed.title
}
export function renderAtom(feed: Feed): string {
  return feed.title
}
export function renderJsonFeed(feed: Feed): string {
  return JSON.stringify(feed)
}
export function renderSitemap(urls: SitemapUrl[]): string {
  return JSON.stringify(urls)
}

import { describe, expect, it } from 'vitest'
import { SITEMAP_LIMITS, renderSitemap } from '../../../src/modules/blog/listing/service/feeds.ts'
import { childrenOf, parseXml, textOf } from '../../support/parse-xml.ts'

describe('the sitemap', () => {
  const page = (number: number) => ({
    url: `https://example.com/${number}`,
    updatedAt: Date.UTC(2026, 10, 21, 22, 26),
    alternates: [],
  })

  it('names each page with its last change and its other languages', () => {
    const alternates = [
      { language: 'en', url: 'https://example.com/en?a=1&b=2' },
      { language: 'de-CH', url: 'https://example.com/de' },
    ]
    const root = parseXml(renderSitemap([{ ...page(1), alternates }, page(2)]))
    expect(root.namespace).toBe('http://www.sitemaps.org/schemas/sitemap/0.9')
    const [first, second] = childrenOf(root, 'url')
    if (!first || !second) throw new Error('a page is missing')
    expect(textOf(first, 'loc')).toBe('https://example.com/1')
    expect(textOf(first, 'lastmod')).toBe('2026-11-21T22:26:00.000Z')
    expect(childrenOf(first, 'xhtml:link')).toMatchObject(
      alternates.map(({ language, url }) => ({
        namespace: 'http://www.w3.org/1999/xhtml',
        attributes: { rel: 'alternate', hreflang: language, href: url },
      })),
    )
    expect(childrenOf(second, 'xhtml:link')).toEqual([])
  })

  it('holds the first 50,000 pages', () => {
    const pages = Array.from({ length: SITEMAP_LIMITS.urls + 1 }, (_, index) => page(index))
    const urls = childrenOf(parseXml(renderSitemap(pages)), 'url')
    expect(urls).toHaveLength(50_000)
    expect(urls.slice(-1).map((url) => textOf(url, 'loc'))).toEqual(['https://example.com/49999'])
  })

  it('is at most 50 MiB long', () => {
    const url = `https://example.com/${'é'.repeat(500_000)}`
    const long = { url, updatedAt: 0, alternates: [] }
    const bytes = new TextEncoder().encode(renderSitemap(Array.from({ length: 60 }, () => long)))
    expect(bytes.length).toBeLessThanOrEqual(SITEMAP_LIMITS.bytes)
    expect(bytes.length).toBeGreaterThan(SITEMAP_LIMITS.bytes - 1_100_000)
  })
})

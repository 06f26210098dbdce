import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Feed,
  renderAtom,
  renderJsonFeed,
  renderRss,
  renderSitemap,
} from '../../../src/modules/blog/listing/service/feeds.ts'
import { type XmlElement, childrenOf, parseXml, textOf } from '../../support/parse-xml.ts'

const plain = {
  id: 'urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057',
  url: 'https://example.com/plain?a=1&b=2',
  title: 'Plain',
  html: '<p>Plain &amp; <b>simple</b></p>',
  excerpt: 'Plain & simple',
  categories: [],
  publishedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  updatedAt: Date.UTC(2026, 0, 3),
}

const feed: Feed = {
  title: 'News',
  description: 'What is new',
  siteUrl: 'https://example.com',
  feedUrl: 'https://api.example.com/feed?format=x&page=1',
  language: 'de-CH',
  updatedAt: Date.UTC(2026, 10, 21, 22, 26),
  items: [
    {
      ...plain,
      id: 'urn:uuid:01890a5d-ac96-774b-bcce-b302099a8058',
      author: 'Ada Lovelace',
      categories: ['Engines', 'Notes & thoughts'],
      imageUrl: 'https://example.com/a.png?w=1&h=2',
    },
    plain,
  ],
}

/** Feeds that differ in every text that a person may fill in. */
const withText = (text: string): Feed => ({
  ...feed,
  title: text,
  description: text,
  items: [{ ...plain, title: text, html: text, excerpt: text, author: text, categories: [text] }],
})

const hostileTexts = [
  '<script>alert(1)</script>',
  'a & b &amp; c &lt;d&gt; &#0;',
  '"double" and \'single\'',
  ']]><evil/><![CDATA[',
  '--> <!-- <?php ?>',
  '</title></channel></rss>',
  'tab\tline\nfeed',
  '日本語 🎉 עברית',
]

const itemsOf = (rss: XmlElement): readonly XmlElement[] =>
  rss.children.flatMap((channel) => childrenOf(channel, 'item'))

const only = <T>(list: readonly T[]): T => {
  const [first] = list
  if (first === undefined || list.length !== 1) throw new Error(`${list.length} instead of one`)
  return first
}

describe('the RSS feed', () => {
  it('tells the channel and where to find it again', () => {
    const rss = parseXml(renderRss(feed))
    expect(rss).toMatchObject({ name: 'rss', attributes: { version: '2.0' } })
    const channel = only(rss.children)
    expect(textOf(channel, 'title')).toBe('News')
    expect(textOf(channel, 'link')).toBe('https://example.com')
    expect(textOf(channel, 'description')).toBe('What is new')
    expect(textOf(channel, 'language')).toBe('de-CH')
    expect(textOf(channel, 'lastBuildDate')).toBe('Sat, 21 Nov 2026 22:26:00 GMT')
    expect(only(childrenOf(channel, 'atom:link'))).toMatchObject({
      namespace: 'http://www.w3.org/2005/Atom',
      attributes: { rel: 'self', type: 'application/rss+xml', href: feed.feedUrl },
    })
  })

  it('carries each post with its whole text, author, tags and picture', () => {
    const [item, bare] = itemsOf(parseXml(renderRss(feed)))
    if (!item || !bare) throw new Error('an item is missing')
    expect(textOf(item, 'title')).toBe('Plain')
    expect(textOf(item, 'link')).toBe('https://example.com/plain?a=1&b=2')
    expect(textOf(item, 'pubDate')).toBe('Fri, 02 Jan 2026 03:04:05 GMT')
    expect(textOf(item, 'dc:creator')).toBe('Ada Lovelace')
    expect(textOf(item, 'content:encoded')).toBe(plain.html)
    expect(childrenOf(item, 'category').map(({ text }) => text)).toEqual(feed.items[0]?.categories)
    expect(only(childrenOf(item, 'guid'))).toMatchObject({
      attributes: { isPermaLink: 'false' },
      text: feed.items[0]?.id,
    })
    expect(only(childrenOf(item, 'media:content')).attributes['url']).toBe(feed.items[0]?.imageUrl)
    expect(childrenOf(bare, 'dc:creator')).toEqual([])
    expect(childrenOf(bare, 'media:content')).toEqual([])
  })

  it('escapes the excerpt as the HTML that readers take it for', () => {
    const item = only(itemsOf(parseXml(renderRss(withText('<b>1 < 2</b>')))))
    expect(textOf(item, 'description')).toBe('&lt;b&gt;1 &lt; 2&lt;/b&gt;')
  })
})

describe('the Atom feed', () => {
  it('has what RFC 4287 requires of a feed', () => {
    const root = parseXml(renderAtom(feed))
    expect(root).toMatchObject({
      name: 'feed',
      namespace: 'http://www.w3.org/2005/Atom',
      attributes: { 'xml:lang': 'de-CH' },
    })
    expect(textOf(root, 'id')).toBe(feed.feedUrl)
    expect(textOf(root, 'title')).toBe('News')
    expect(textOf(root, 'subtitle')).toBe('What is new')
    expect(textOf(root, 'updated')).toBe('2026-11-21T22:26:00.000Z')
    expect(textOf(only(childrenOf(root, 'author')), 'name')).toBe('News')
    expect(childrenOf(root, 'link').map(({ attributes }) => attributes)).toEqual([
      { rel: 'self', type: 'application/atom+xml', href: feed.feedUrl },
      { rel: 'alternate', type: 'text/html', href: feed.siteUrl },
    ])
  })

  it('has what RFC 4287 requires of an entry', () => {
    const [entry, bare] = childrenOf(parseXml(renderAtom(feed)), 'entry')
    if (!entry || !bare) throw new Error('an entry is missing')
    expect(textOf(entry, 'id')).toBe(feed.items[0]?.id)
    expect(textOf(entry, 'title')).toBe('Plain')
    expect(textOf(entry, 'published')).toBe('2026-01-02T03:04:05.006Z')
    expect(textOf(entry, 'updated')).toBe('2026-01-03T00:00:00.000Z')
    expect(textOf(entry, 'summary')).toBe('Plain & simple')
    expect(textOf(only(childrenOf(entry, 'author')), 'name')).toBe('Ada Lovelace')
    expect(only(childrenOf(entry, 'content'))).toMatchObject({
      attributes: { type: 'html', 'xml:base': plain.url },
      text: plain.html,
    })
    expect(childrenOf(entry, 'category').map(({ attributes }) => attributes['term'])).toEqual(
      feed.items[0]?.categories,
    )
    expect(childrenOf(entry, 'link').map(({ attributes }) => attributes)).toEqual([
      { rel: 'alternate', type: 'text/html', href: plain.url },
      { rel: 'enclosure', href: feed.items[0]?.imageUrl },
    ])
    expect(childrenOf(bare, 'author')).toEqual([])
    expect(childrenOf(bare, 'link')).toHaveLength(1)
  })
})

describe('the JSON feed', () => {
  it('is a JSON Feed 1.1', () => {
    expect(JSON.parse(renderJsonFeed(feed))).toEqual({
      version: 'https://jsonfeed.org/version/1.1',
      title: 'News',
      home_page_url: feed.siteUrl,
      feed_url: feed.feedUrl,
      description: 'What is new',
      language: 'de-CH',
      items: [
        {
          id: feed.items[0]?.id,
          url: plain.url,
          title: 'Plain',
          content_html: plain.html,
          summary: 'Plain & simple',
          image: feed.items[0]?.imageUrl,
          date_published: '2026-01-02T03:04:05.006Z',
          date_modified: '2026-01-03T00:00:00.000Z',
          authors: [{ name: 'Ada Lovelace' }],
          tags: ['Engines', 'Notes & thoughts'],
        },
        {
          id: plain.id,
          url: plain.url,
          title: 'Plain',
          content_html: plain.html,
          summary: 'Plain & simple',
          date_published: '2026-01-02T03:04:05.006Z',
          date_modified: '2026-01-03T00:00:00.000Z',
          tags: [],
        },
      ],
    })
  })
})

describe('a text of any kind', () => {
  it.each(hostileTexts)('%j arrives as it is in every format', (text) => {
    const item = only(itemsOf(parseXml(renderRss(withText(text)))))
    const entry = only(childrenOf(parseXml(renderAtom(withText(text))), 'entry'))
    const [jsonItem] = JSON.parse(renderJsonFeed(withText(text))).items
    expect(textOf(item, 'title')).toBe(text)
    expect(textOf(item, 'content:encoded')).toBe(text)
    expect(textOf(entry, 'title')).toBe(text)
    expect(only(childrenOf(entry, 'category')).attributes['term']).toBe(text)
    expect(jsonItem).toMatchObject({ title: text, content_html: text, tags: [text] })
  })

  it('loses only the characters that XML cannot carry', () => {
    const text = 'a\u0000b\u0008c\u000Bd\u001Fe\uFFFEf\uFFFFg\uD800h\r\ni\u0085j\u2028k'
    const item = only(itemsOf(parseXml(renderRss(withText(text)))))
    expect(textOf(item, 'title')).toBe('abcdefg\uFFFDh\r\ni\u0085j\u2028k')
  })

  it('keeps every feed and sitemap well-formed', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...hostileTexts)).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        expect(parseXml(renderRss(withText(text))).name).toBe('rss')
        expect(parseXml(renderAtom(withText(text))).name).toBe('feed')
        const page = { url: text, updatedAt: 0, alternates: [{ language: text, url: text }] }
        expect(parseXml(renderSitemap([page])).name).toBe('urlset')
      }),
      { numRuns: 300 },
    )
  }, 60_000)

  it('need not be there: a feed without posts is a feed', () => {
    const empty = { ...feed, items: [] }
    expect(itemsOf(parseXml(renderRss(empty)))).toEqual([])
    expect(childrenOf(parseXml(renderAtom(empty)), 'entry')).toEqual([])
    expect(JSON.parse(renderJsonFeed(empty)).items).toEqual([])
  })
})

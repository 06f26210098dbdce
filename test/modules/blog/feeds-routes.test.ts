import { describe, expect, it } from 'vitest'
import { childrenOf, parseXml, textOf } from '../../support/parse-xml.ts'
import { type Client, createWorld } from '../../support/world.ts'
import { ifMatch, writePost } from './support.ts'

const BLOG = '/api/v1/blog'

async function createBilingual() {
  const world = await createWorld()
  const admin = await world.as('admin')
  await admin.json('PUT', '/api/v1/tenant/locales/de', { body: { fallback: 'en' } })
  const text = async (path: string) =>
    (await world.anonymous.fetch('GET', `${BLOG}/${path}`)).text()
  return { world, admin, text }
}

/** Gives a post that was just published a text in German. */
function translate(admin: Client, id: string, input: Record<string, unknown>) {
  return admin.json('PUT', `${BLOG}/posts/${id}/translations/de`, {
    body: { title: 'Hallo', body: 'Text', ...input },
    headers: ifMatch(2),
  })
}

describe('feeds and sitemap', () => {
  it('change with what is published and tell their media type', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const read = async (path: string) => {
      const response = await world.anonymous.fetch('GET', `/api/v1/blog/${path}`)
      expect(response.status, path).toBe(200)
      return { type: response.headers.get('content-type'), text: await response.text() }
    }
    await writePost(admin, { slug: 'hidden' })
    const types = {
      'feed.rss': 'application/rss+xml',
      'feed.atom': 'application/atom+xml',
      'feed.json': 'application/feed+json',
      'sitemap.xml': 'application/xml',
    }
    for (const [path, type] of Object.entries(types)) {
      expect((await read(path)).text, path).not.toContain('shown')
      expect((await read(path)).type).toContain(type)
    }
    await writePost(admin, { slug: 'shown', title: 'Shown & <told>', publish: true })
    for (const path of Object.keys(types)) {
      const { text } = await read(path)
      expect(text, path).toContain(`${world.origin}/blog/shown`)
      expect(text, path).not.toContain('hidden')
    }
  })

  it('link to the site that the tenant names', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    await admin.json('PATCH', '/api/v1/tenant/modules/blog', {
      body: {
        settings: {
          siteUrl: 'https://site.example',
          postPath: '/{locale}/p/{slug}',
          title: 'My site',
        },
      },
    })
    await writePost(admin, { slug: 'shown', publish: true })
    const feed = await world.anonymous.json('GET', '/api/v1/blog/feed.json')
    expect(feed).toMatchObject({
      title: 'My site',
      items: [{ url: 'https://site.example/en/p/shown' }],
    })
  })

  it('name each text at an address of its own, with its other languages', async () => {
    const { world, admin, text } = await createBilingual()
    const one = await writePost(admin, { slug: 'same', publish: true })
    const other = await writePost(admin, { slug: 'other', publish: true })
    await translate(admin, one.id, { slug: 'eines' })
    await translate(admin, other.id, { slug: 'same' })
    const urls = childrenOf(parseXml(await text('sitemap.xml')), 'url').map((url) => ({
      loc: textOf(url, 'loc'),
      links: childrenOf(url, 'xhtml:link').map(({ attributes }) => attributes['href']),
    }))
    const pages = (...paths: string[]) => {
      const links = paths.map((path) => world.origin + path)
      return links.map((loc) => ({ loc, links }))
    }
    expect(urls).toEqual([
      ...pages('/de/blog/same', '/blog/other'),
      ...pages('/de/blog/eines', '/blog/same'),
    ])
    expect(JSON.parse(await text('feed.json?locale=de'))).toMatchObject({
      items: [{ url: `${world.origin}/de/blog/same` }, { url: `${world.origin}/de/blog/eines` }],
    })
    await admin.json('PATCH', '/api/v1/tenant/modules/blog', {
      body: { settings: { postPath: '/{slug}.{locale}' } },
    })
    expect(await text('sitemap.xml')).toContain(`<loc>${world.origin}/same.de</loc>`)
  })

  it('show search engines no text that is not to be indexed', async () => {
    const { admin, text } = await createBilingual()
    const half = await writePost(admin, { slug: 'half', publish: true })
    await translate(admin, half.id, { slug: 'versteckt', seo: { noIndex: true } })
    await writePost(admin, { slug: 'hidden', seo: { noIndex: true }, publish: true })
    await writePost(admin, { slug: 'shown', seo: { noIndex: false }, publish: true })
    const urls = childrenOf(parseXml(await text('sitemap.xml')), 'url')
    expect(urls.map((url) => textOf(url, 'loc')?.split('/').at(-1))).toEqual(['shown', 'half'])
    expect(urls.flatMap((url) => childrenOf(url, 'xhtml:link'))).toEqual([])
    expect(await text('feed.rss')).toContain('/blog/hidden')
  })

  it('are of one language each, by an address of their own', async () => {
    const { world, text } = await createBilingual()
    const own = (format: string, query: string) => `${world.origin}${BLOG}/feed.${format}${query}`
    for (const query of ['', '?locale=de']) {
      const atom = parseXml(await text(`feed.atom${query}`))
      expect(textOf(atom, 'id')).toBe(own('atom', query))
      expect(childrenOf(atom, 'link')[0]?.attributes['href']).toBe(own('atom', query))
      expect(await text(`feed.rss${query}`)).toContain(`href="${own('rss', query)}"`)
      expect(JSON.parse(await text(`feed.json${query}`)).feed_url).toBe(own('json', query))
    }
  })

  it('take no notice of what campaigns add to their address', async () => {
    const { world, text } = await createBilingual()
    for (const path of ['feed.rss', 'feed.atom', 'feed.json', 'sitemap.xml'])
      expect(await text(`${path}?utm_source=x`), path).toBe(await text(path))
    const get = (path: string) => world.anonymous.fetch('GET', `${BLOG}/${path}`)
    expect((await get('feed.rss?locale=DE_de')).status).toBe(422)
    expect((await get('sitemap.xml?locale=DE_de')).status).toBe(200)
  })

  it('hold absolute addresses only', async () => {
    const { world, admin, text } = await createBilingual()
    await writePost(admin, { slug: 'p', body: '![x](/x.png) [a](b)', publish: true })
    const html = `<p><img src="${world.origin}/x.png" alt="x"> <a href="${world.origin}/blog/b">a</a></p>`
    expect(JSON.parse(await text('feed.json')).items[0].content_html.trim()).toBe(html)
  })

  it('refuse a path that names no slug, by a schema that says so', async () => {
    const { admin } = await createBilingual()
    for (const postPath of ['blog/{slug}', '/blog'])
      expect(
        (
          await admin.fetch('PATCH', '/api/v1/tenant/modules/blog', {
            body: { settings: { postPath } },
          })
        ).status,
      ).toBe(422)
    const told = await (await admin.fetch('GET', '/api/v1/tenant/modules')).text()
    expect(told).toContain(String.raw`"pattern":"^\\/.*\\{slug\\}"`)
    expect(told).not.toContain('"includes"')
  })
})

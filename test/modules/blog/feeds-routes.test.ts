import { describe, expect, it } from 'vitest'
import { createWorld } from '../../support/world.ts'
import { writePost } from './support.ts'

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
})

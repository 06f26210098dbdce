import { describe, expect, it } from 'vitest'
import { images } from '../../support/images.ts'
import { type World, createWorld } from '../../support/world.ts'
import { type AssetAnswer, codeOf, upload } from '../media/support.ts'
import { type PostBody, writeOther } from './support.ts'

const ANY = { headers: { 'if-match': '*' } }
const assetPath = (id: string) => `/api/v1/media/assets/${id}`

interface Covered extends PostBody {
  readonly cover: { url: string; alt: string; width: number | null } | null
}

const read = (world: World, id: string, locale = 'en') =>
  world.anonymous.json<Covered>('GET', `/api/v1/blog/posts/${id}?locale=${locale}`)

const replace = (world: World, { id }: AssetAnswer) =>
  upload(world, images.webp, '', {
    method: 'PUT',
    path: `${assetPath(id)}/file`,
    headers: ANY.headers,
  })

async function publish(world: World, asset: AssetAnswer, cover: object = {}) {
  const admin = await world.as('admin')
  const post = await writeOther(admin, { publish: true, cover: { assetId: asset.id, ...cover } })
  return { admin, post }
}

describe('the cover of a post', () => {
  it('is a picture of the library, shown without asking the library', async () => {
    const world = await createWorld()
    const asset = await upload(world, images.jpeg, '?name=beach.jpg')
    const { admin, post } = await publish(world, asset, { alt: 'A beach' })
    const { url } = asset.file
    const cover = { assetId: asset.id, url, alt: 'A beach', width: 48, height: 32 }
    expect(post).toMatchObject({ cover })
    const response = await admin.fetch('GET', `/api/v1/blog/posts/${post.id}`)
    expect(await response.json()).toMatchObject({ cover })
    expect(response.headers.get('server-timing')).toContain('db-trips;desc="1"')
    const { items } = await admin.json<{ items: Covered[] }>('GET', '/api/v1/blog/posts')
    expect(items[0]).toMatchObject({ cover })
    const query = `query ($id: ID!) { post(id: $id) { cover { assetId url alt width height } } }`
    expect((await admin.graphql(query, { id: post.id })).data).toEqual({ post: { cover } })
    for (const format of ['rss', 'atom', 'json']) {
      const feed = await world.anonymous.fetch('GET', `/api/v1/blog/feed.${format}`)
      expect(await feed.text()).toContain(`${world.origin}${url}`)
    }
  })

  it('is refused when it is no public picture of the library, or is two things', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const other = await createWorld()
    const text = await upload(world)
    const secret = await upload(world, images.jpeg, '?visibility=private')
    const foreign = await upload(other, images.jpeg)
    const refusal = async (cover: object) =>
      codeOf(
        await admin.fetch('POST', '/api/v1/blog/posts', {
          body: { title: 'A post', body: 'Some text.', cover },
        }),
      )
    for (const { id } of [text, secret, foreign])
      expect(await refusal({ assetId: id })).toBe('422 blog.unknown_reference')
    const url = 'https://images.example/a.jpg'
    expect(await refusal({ assetId: text.id, url })).toBe('422 invalid_input')
    expect(await refusal({ alt: 'Nothing' })).toBe('422 invalid_input')
    expect(await writeOther(admin, { cover: { url } })).toMatchObject({
      cover: { assetId: null, url, alt: '', srcset: null },
    })
  })

  it('follows the library: another file, another text, the trash and back', async () => {
    const world = await createWorld()
    const asset = await upload(world, images.jpeg)
    const { admin, post } = await publish(world, asset)
    expect((await read(world, post.id)).cover).toMatchObject({ url: asset.file.url, alt: '' })
    const { file } = await replace(world, asset)
    await world.drain()
    const looked = { url: file.url, blurhash: expect.any(String), color: expect.any(String) }
    expect((await read(world, post.id)).cover).toMatchObject(looked)
    const texts = { en: { alt: 'A beach' } }
    await admin.json('PATCH', assetPath(asset.id), { body: { texts, tags: ['sea'] }, ...ANY })
    await world.drain()
    expect((await read(world, post.id)).cover).toMatchObject({ url: file.url, alt: 'A beach' })
    await admin.json('DELETE', `${assetPath(asset.id)}?force=true`, ANY)
    await world.drain()
    expect((await read(world, post.id)).cover).toBeNull()
    await admin.json('POST', `${assetPath(asset.id)}/restore`)
    await world.drain()
    const shown = await read(world, post.id)
    expect(shown.cover).toMatchObject({ url: file.url, alt: 'A beach' })
    await admin.json('PATCH', assetPath(asset.id), { body: { tags: ['sun'] }, ...ANY })
    await world.drain()
    expect((await read(world, post.id)).version).toBe(shown.version)
    const types = (await world.eventsOf(post.id)).slice(post.version)
    const renewed = Array.from({ length: shown.version - post.version }, () => 'blog.post.updated')
    expect(types).toEqual(renewed)
  })

  it('is shown no more when the picture becomes private', async () => {
    const world = await createWorld()
    const asset = await upload(world, images.jpeg)
    const { admin, post } = await publish(world, asset)
    await admin.json('PATCH', assetPath(asset.id), { body: { visibility: 'private' }, ...ANY })
    await world.drain()
    expect((await read(world, post.id)).cover).toBeNull()
    const renamed = { body: { title: 'Another title' }, ...ANY }
    await admin.json('PATCH', `/api/v1/blog/posts/${post.id}`, renamed)
    await admin.json('PATCH', assetPath(asset.id), { body: { visibility: 'public' }, ...ANY })
    await world.drain()
    expect((await read(world, post.id)).cover).toMatchObject({ url: asset.file.url })
  })

  it('has the text of the library in the language of the post, else in a fallback', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const asset = await upload(world, images.jpeg)
    const texts = { en: { alt: 'A beach' }, de: { alt: 'Ein Strand' } }
    await admin.json('PATCH', assetPath(asset.id), { body: { texts }, ...ANY })
    const { post } = await publish(world, asset)
    const path = `/api/v1/blog/posts/${post.id}/translations`
    for (const locale of ['de', 'ru'])
      await admin.json('PUT', `/api/v1/tenant/locales/${locale}`, { body: { fallback: 'en' } })
    const text = { body: { title: 'Titel', body: 'Text' }, ...ANY }
    for (const locale of ['de', 'ru']) await admin.json('PUT', `${path}/${locale}`, text)
    const altIn = async (locale: string) => (await read(world, post.id, locale)).cover?.alt
    expect([await altIn('en'), await altIn('de'), await altIn('ru')]).toEqual([
      'A beach',
      'Ein Strand',
      'A beach',
    ])
  })

  it('is renewed in every post that has it, however many there are', async () => {
    const world = await createWorld()
    const asset = await upload(world, images.jpeg)
    const admin = await world.as('admin')
    const item = (at: number) => ({
      source: `${at}`,
      title: `Post ${at}`,
      body: 'Some text.',
      publishedAt: '2026-01-01T00:00:00Z',
      cover: { assetId: asset.id },
    })
    const page = (from: number, to: number) =>
      admin.json('POST', '/api/v1/blog/tasks/import', {
        body: { items: Array.from({ length: to - from }, (_, at) => item(from + at)) },
      })
    await page(0, 50)
    await page(50, 60)
    const { file } = await replace(world, asset)
    await world.drain()
    const covers = await world.rows<{ url: string }>(
      `SELECT cover_picture ->> 'url' AS url FROM blog_posts WHERE tenant_id = ?`,
      world.tenantId,
    )
    expect(covers).toEqual(Array.from({ length: 60 }, () => ({ url: file.url })))
  })

  it('is told by an import that names a picture which is not there', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const text = { body: 'Some text.', cover: { assetId: '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11' } }
    const items = [
      { source: 'one', title: 'One', ...text },
      { source: 'two', title: 'Two', body: 'Some text.' },
    ]
    expect(
      await admin.json('POST', '/api/v1/blog/tasks/import', { body: { items } }),
    ).toMatchObject({
      created: 1,
      failed: [{ source: 'one', reason: 'cover.assetId: is no public picture' }],
    })
  })
})

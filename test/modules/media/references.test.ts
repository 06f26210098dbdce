import { describe, expect, it } from 'vitest'
import type { Client } from '../../support/world.ts'
import { createWorld } from '../../support/world.ts'
import { type FaultyDriver, createFaultyDriver } from '../../support/faulty-driver.ts'
import { images } from '../../support/images.ts'
import { writeOther } from '../blog/support.ts'
import { codeOf, upload } from './support.ts'

const ANY = { headers: { 'if-match': '*' } }
const assetPath = (id: string) => `/api/v1/media/assets/${id}`

interface References {
  readonly items: { ownerType: string; ownerId: string; place: string }[]
  readonly nextCursor: string | null
}

const referencesOf = (client: Client, id: string, query = '') =>
  client.json<References>('GET', `${assetPath(id)}/references${query}`)

/** A driver that holds a commit back which has a statement, until the test lets it go. */
function holdable() {
  const held = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  let words: string | undefined
  const wrapDriver = (driver: Parameters<typeof createFaultyDriver>[0]): FaultyDriver => {
    const faulty = createFaultyDriver(driver)
    faulty.fault = ({ mode, statements }) => {
      const text = words
      if (mode !== 'write' || text === undefined) return undefined
      if (!statements.some(({ sql }) => sql.includes(text))) return undefined
      words = undefined
      reached.resolve()
      return { kind: 'slow', until: held.promise }
    }
    return faulty
  }
  return {
    wrapDriver,
    hold: (text: string) => void (words = text),
    reached: reached.promise,
    release: held.resolve,
  }
}

describe('what shows an asset', () => {
  it('is listed by page while it does, over REST and GraphQL', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const { id } = await upload(world, images.jpeg)
    const cover = { assetId: id }
    const first = await writeOther(admin, { cover })
    const second = await writeOther(admin, { cover })
    const all = [first, second]
      .map((post) => ({ ownerType: 'blog.post', ownerId: post.id, place: 'cover' }))
      .toSorted((one, other) => (one.ownerId < other.ownerId ? -1 : 1))
    const page = await referencesOf(admin, id, '?limit=1')
    expect(page.items).toEqual(all.slice(0, 1))
    const next = await referencesOf(admin, id, `?limit=1&cursor=${page.nextCursor}`)
    expect(next).toEqual({ items: all.slice(1), nextCursor: null })
    const query = `query ($id: ID!) { mediaReferences(id: $id) { items { ownerType ownerId place } } }`
    const { data } = await admin.graphql(query, { id })
    expect(data).toEqual({ mediaReferences: { items: all } })
    await admin.json('PATCH', `/api/v1/blog/posts/${first.id}`, { body: { cover: null }, ...ANY })
    await admin.fetch('DELETE', `/api/v1/blog/posts/${second.id}`, ANY)
    expect((await referencesOf(admin, id)).items).toEqual([])
    expect(await codeOf(await admin.fetch('GET', `${assetPath(second.id)}/references`))).toBe(
      '404 not_found',
    )
  })

  it('keeps the asset out of the trash, by name, unless that is forced', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const { id } = await upload(world, images.jpeg)
    const { id: postId } = await writeOther(admin, { cover: { assetId: id } })
    const refused = await admin.fetch('DELETE', assetPath(id), ANY)
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({
      code: 'media.in_use',
      detail: `Shown by blog.post ${postId} (cover).`,
    })
    const broken = [{ ownerType: 'blog.post', ownerId: postId, place: 'cover' }]
    expect(await admin.json('DELETE', `${assetPath(id)}?force=true`, ANY)).toEqual({ broken })
    expect((await referencesOf(admin, id)).items).toEqual(broken)
    const purge = (query: string) => admin.fetch('POST', `${assetPath(id)}/purge${query}`, ANY)
    expect(await codeOf(await purge(''))).toBe('409 media.in_use')
    expect(await (await purge('?force=true')).json()).toEqual({ broken })
    expect((await world.eventsOf(id)).slice(1)).toEqual([
      'media.asset.trashed',
      'media.asset.purged',
    ])
  })

  it('is told of by GraphQL, which forces as well', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const { id } = await upload(world, images.jpeg)
    const { id: postId } = await writeOther(admin, { cover: { assetId: id } })
    const trash = (force: string) =>
      admin.graphql(
        `mutation ($id: ID!) {
        trashMediaAsset(id: $id${force}) { broken { ownerId } } }`,
        { id },
      )
    expect((await trash('')).errors?.[0]?.extensions.code).toBe('MEDIA_IN_USE')
    expect((await trash(', force: true')).data).toEqual({
      trashMediaAsset: { broken: [{ ownerId: postId }] },
    })
  })

  it('keeps an asset that comes into use while it is being removed', async () => {
    const { wrapDriver, hold, reached, release } = holdable()
    const world = await createWorld({ wrapDriver })
    const admin = await world.as('admin')
    const { id } = await upload(world, images.jpeg)
    hold('"media_assets" set')
    const trashed = admin.fetch('DELETE', assetPath(id), ANY)
    await reached
    await writeOther(admin, { cover: { assetId: id } })
    release()
    expect(await codeOf(await trashed)).toBe('409 media.in_use')
    expect(await admin.json('GET', assetPath(id))).toMatchObject({ state: 'ready' })
  })

  it('is refused when the asset is removed while it is being written', async () => {
    const { wrapDriver, hold, reached, release } = holdable()
    const world = await createWorld({ wrapDriver })
    const admin = await world.as('admin')
    const { id } = await upload(world, images.jpeg)
    hold('media_references')
    const body = { title: 'A post', body: 'Some text.', cover: { assetId: id } }
    const written = admin.fetch('POST', '/api/v1/blog/posts', { body })
    await reached
    await admin.json('DELETE', assetPath(id), ANY)
    release()
    expect(await codeOf(await written)).toBe('422 media.asset_unknown')
    expect((await referencesOf(admin, id)).items).toEqual([])
  })

  it('is refused when the asset is replaced while it is being written', async () => {
    const { wrapDriver, hold, reached, release } = holdable()
    const world = await createWorld({ wrapDriver })
    const admin = await world.as('admin')
    const { id } = await upload(world, images.jpeg)
    hold('media_references')
    const body = { title: 'A post', body: 'Some text.', cover: { assetId: id } }
    const written = admin.fetch('POST', '/api/v1/blog/posts', { body })
    await reached
    await admin.json('PATCH', assetPath(id), { body: { name: 'new.jpg' }, ...ANY })
    release()
    expect(await codeOf(await written)).toBe('409 media.asset_changed')
  })
})

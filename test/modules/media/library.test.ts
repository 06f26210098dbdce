import { describe, expect, it } from 'vitest'
import { createWorld } from '../../support/world.ts'
import { type AssetAnswer, booksOf, bytesOf, codeOf, png, storedKeys, upload } from './support.ts'

const ANY = { 'if-match': '*' }
const assetPath = (id: string) => `/api/v1/media/assets/${id}`

describe('what is said of an asset', () => {
  it('changes without its bytes, and tells that it did', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const { id, file } = await upload(world)
    const body = {
      name: 'other.txt',
      tags: ['Summer', ' summer ', 'Beach'],
      texts: { en: { alt: 'A beach' }, de: { alt: 'Ein Strand', caption: 'Sand' } },
      focalPoint: { x: 0.1, y: 0.9 },
    }
    const changed = await admin.json('PATCH', assetPath(id), {
      body,
      headers: { 'if-match': '"1"' },
    })
    expect(changed).toMatchObject({
      name: 'other.txt',
      tags: ['summer', 'beach'],
      texts: { en: { alt: 'A beach', caption: '' }, de: { alt: 'Ein Strand', caption: 'Sand' } },
      focalPoint: { x: 0.1, y: 0.9 },
      version: 2,
      file: { number: 1, sha256: file.sha256 },
    })
    expect(await admin.json('GET', assetPath(id))).toEqual(changed)
    const stale = { body: { name: 'x.txt' }, headers: { 'if-match': '"1"' } }
    expect(await codeOf(await admin.fetch('PATCH', assetPath(id), stale))).toBe(
      '412 precondition_failed',
    )
    expect(await world.eventsOf(id)).toEqual(['media.asset.ready', 'media.asset.updated'])
  })

  it('finds it by tag, in every case, until the tag is taken away', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const { id } = await upload(world)
    await upload(world)
    const change = (body: unknown) => admin.json('PATCH', assetPath(id), { body, headers: ANY })
    const found = async (query: string) => {
      const { items } = await admin.json<{ items: AssetAnswer[] }>(
        'GET',
        `/api/v1/media/assets?${query}`,
      )
      return items.map((asset) => asset.id)
    }
    await change({ tags: ['Über uns'] })
    expect(await found('tag=ÜBER uns')).toEqual([id])
    expect(await found('tag=über uns&kind=document&folder=none&q=file')).toEqual([id])
    expect(await found('tag=über uns&kind=image')).toEqual([])
    await change({ tags: [] })
    expect(await found('tag=über uns')).toEqual([])
  })
})

describe('the trash', () => {
  it('keeps an asset for those who may see it, until it is deleted for good', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const { id, file } = await upload(world)
    expect((await admin.fetch('POST', `${assetPath(id)}/purge`, { headers: ANY })).status).toBe(409)
    expect(await admin.json('DELETE', assetPath(id), { headers: ANY })).toEqual({ broken: [] })
    const list = (query: string) =>
      admin.json<{ items: AssetAnswer[] }>('GET', `/api/v1/media/assets${query}`)
    expect((await list('')).items).toEqual([])
    expect((await list('?state=trashed')).items.map((asset) => asset.id)).toEqual([id])
    expect(await (await admin.fetch('GET', file.url)).text()).toBe('Some text.')
    const manager = await world.as('manager')
    const purge = () => manager.fetch('POST', `${assetPath(id)}/purge`, { headers: ANY })
    expect((await purge()).status).toBe(403)
    expect((await admin.fetch('POST', `${assetPath(id)}/purge`, { headers: ANY })).status).toBe(200)
    expect((await admin.fetch('GET', assetPath(id))).status).toBe(404)
    expect((await admin.fetch('GET', file.url)).status).toBe(404)
    await world.drain()
    expect(await storedKeys(world)).toEqual([])
    expect(await booksOf(world)).toEqual({ objects: [], bytes: 0 })
    expect((await world.eventsOf(id)).slice(1)).toEqual([
      'media.asset.trashed',
      'media.asset.purged',
    ])
  })

  it('is emptied of what has been in it for 30 days, with every file', async () => {
    const control = await createWorld({ isControl: true }).catch(() => undefined)
    const world = control ?? (await createWorld())
    const admin = await world.as('admin')
    const { id } = await upload(world)
    await upload(world, png(), '', {
      method: 'PUT',
      path: `${assetPath(id)}/file`,
      headers: ANY,
    })
    const stays = await upload(world, bytesOf('Stays.'))
    await admin.fetch('DELETE', assetPath(id), { headers: ANY })
    world.clock.advance(31 * 86_400_000)
    const { purgeExpired } =
      await import('../../../src/modules/media/assets/service/purge-asset.ts')
    const ctx = await world.system()
    await purgeExpired(world.deps(), { ...ctx, tenant: { ...ctx.tenant, isControl: true } })
    await world.drain()
    expect(await storedKeys(world)).toHaveLength(1)
    const rows = await world.rows<{ id: string }>(
      'SELECT id FROM media_assets WHERE tenant_id = ?',
      world.tenantId,
    )
    expect(rows).toEqual([{ id: stays.id }])
  })
})

describe('folders', () => {
  it('are a tree without cycles and twins, and are deleted when they are empty', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const path = '/api/v1/media/folders'
    const create = (name: string, parentId?: string) =>
      admin.json<{ id: string }>('POST', path, { body: { name, parentId } })
    const top = await create('Products')
    const inner = await create('Shoes', top.id)
    const refused = async (method: string, to: string, body?: unknown) =>
      codeOf(await admin.fetch(method, to, { ...(body ? { body } : {}), headers: ANY }))
    expect(await refused('POST', path, { name: 'PRODUCTS' })).toBe('409 media.name_taken')
    expect(await refused('PATCH', `${path}/${top.id}`, { parentId: inner.id })).toBe(
      '422 media.folder_cycle',
    )
    expect(await refused('DELETE', `${path}/${top.id}`)).toBe('409 media.folder_in_use')
    const { id } = await upload(world, bytesOf('Text'), `?folderId=${inner.id}`)
    expect(await refused('DELETE', `${path}/${inner.id}`)).toBe('409 media.folder_in_use')
    await admin.json('PATCH', assetPath(id), { body: { folderId: null }, headers: ANY })
    for (const folder of [inner, top])
      expect((await admin.fetch('DELETE', `${path}/${folder.id}`, { headers: ANY })).status).toBe(
        204,
      )
    expect(await admin.json('GET', path)).toEqual({ items: [], nextCursor: null })
  })
})

it('the library is the same over GraphQL', async () => {
  const world = await createWorld()
  const admin = await world.as('admin')
  const { id } = await upload(world, png(), '?name=a.png')
  const { data } = await admin.graphql(
    `mutation ($id: ID!) {
      updateMediaAsset(id: $id, version: 1, input: {
        tags: ["One"], texts: [{ locale: "en", alt: "A" }], focalPoint: { x: 0, y: 1 }
      }) { version tags texts { locale alt caption } focalPoint { x y } }
      createMediaLink(id: $id, expiresSeconds: 60) { url }
    }`,
    { id },
  )
  expect(data).toMatchObject({
    updateMediaAsset: {
      version: 2,
      tags: ['one'],
      texts: [{ locale: 'en', alt: 'A', caption: '' }],
      focalPoint: { x: 0, y: 1 },
    },
    createMediaLink: { url: expect.stringContaining(`/media/${id}/1/a.png?expires=`) },
  })
  const read = await admin.graphql(
    '{ mediaAssets(kind: image, tag: "one") { items { id file { url } } } }',
  )
  expect(read.data).toEqual({
    mediaAssets: { items: [{ id, file: { url: `/media/${id}/1/a.png` } }] },
  })
})

import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/kernel/limits.ts'
import type { Client, World } from '../../support/world.ts'
import { createWorld } from '../../support/world.ts'
import { createFaultyDriver } from '../../support/faulty-driver.ts'
import { images } from '../../support/images.ts'
import { writeOther } from '../blog/support.ts'
import { type AssetAnswer, bytesOf, codeOf, upload } from './support.ts'

const BULK = '/api/v1/media/bulk'

interface BulkAnswer {
  readonly id: string
  readonly state: string
  readonly total: number | null
  readonly done: number
  readonly refused: number
  readonly refusals: { assetId: string; code: string; detail: string }[]
  readonly error: string | null
  readonly finishedAt: string | null
}

const start = (client: Client, body: object) => client.json<BulkAnswer>('POST', BULK, { body })
const read = (client: Client, { id }: BulkAnswer) => client.json<BulkAnswer>('GET', `${BULK}/${id}`)

/** Starts an operation and answers what it has come to. */
async function perform(world: World, client: Client, body: object): Promise<BulkAnswer> {
  const started = await start(client, body)
  await world.drain()
  return read(client, started)
}

async function uploadSome(world: World, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let at = 0; at < count; at++) ids.push((await upload(world, bytesOf(`Text ${at}.`))).id)
  return ids
}

const statesOf = async (world: World) => {
  const sql = 'SELECT state FROM media_assets WHERE tenant_id = ? ORDER BY id'
  return (await world.rows<{ state: string }>(sql, world.tenantId)).map(({ state }) => state)
}

describe('a change of many assets', () => {
  it('is answered at once, and tells what it has come to', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const ids = await uploadSome(world, 3)
    const gone = await upload(world)
    const body = { action: 'tag', ids: [...ids, gone.id], tags: ['Sea'] }
    const response = await admin.fetch('POST', BULK, { body })
    const started = await response.json<BulkAnswer>()
    expect(response.status).toBe(202)
    expect(response.headers.get('location')).toBe(`${BULK}/${started.id}`)
    expect(started).toMatchObject({ state: 'queued', total: 4, done: 0, finishedAt: null })
    await admin.json('DELETE', `/api/v1/media/assets/${gone.id}`, { headers: { 'if-match': '*' } })
    await world.drain()
    const ended = await read(admin, started)
    expect(ended).toMatchObject({ state: 'done', total: 4, done: 3, refused: 1, error: null })
    expect(ended.refusals).toEqual([
      { assetId: gone.id, code: 'media.in_trash', detail: 'The asset is in the trash' },
    ])
    const { items } = await admin.json<{ items: AssetAnswer[] }>(
      'GET',
      '/api/v1/media/assets?tag=sea',
    )
    expect(items.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
    expect(await world.eventsOf(started.id)).toEqual(['media.bulk.finished'])
    expect(await world.auditOf(started.id)).toEqual(['media.bulk.started', 'media.bulk.finished'])
  })

  it('does what each action does on one', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const ids = await uploadSome(world, 2)
    const [id = ''] = ids
    const folder = await admin.json<{ id: string }>('POST', '/api/v1/media/folders', {
      body: { name: 'Trip' },
    })
    const shown = () => admin.json<AssetAnswer>('GET', `/api/v1/media/assets/${id}`)
    const done = { state: 'done', done: 2, refused: 0 }
    const actions = [
      [{ action: 'move', folderId: folder.id }, { folderId: folder.id }],
      [{ action: 'move', folderId: null }, { folderId: null }],
      [{ action: 'visibility', visibility: 'private' }, { visibility: 'private' }],
      [{ action: 'tag', tags: ['one', 'two'] }, { tags: ['one', 'two'] }],
      [{ action: 'untag', tags: ['ONE'] }, { tags: ['two'] }],
      [{ action: 'trash' }, { state: 'trashed' }],
      [{ action: 'restore' }, { state: 'ready' }],
    ] as const
    for (const [body, after] of actions) {
      expect(await perform(world, admin, { ...body, ids })).toMatchObject(done)
      expect(await shown()).toMatchObject(after)
    }
    const { version } = await shown()
    expect(await perform(world, admin, { action: 'tag', tags: ['two'], ids })).toMatchObject(done)
    expect((await shown()).version).toBe(version)
    await perform(world, admin, { action: 'trash', ids })
    expect(await perform(world, admin, { action: 'purge', ids })).toMatchObject(done)
    expect(await statesOf(world)).toEqual([])
  })

  it('goes over all that a filter finds, by pages', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const count = limits.media.bulk.page + 2
    const ids = await uploadSome(world, count)
    await upload(world, images.jpeg)
    const filter = { kind: 'document', q: 'file' }
    expect(await perform(world, admin, { action: 'trash', filter })).toMatchObject({
      state: 'done',
      total: null,
      done: count,
      refused: 0,
    })
    const states = await statesOf(world)
    expect(states).toEqual([...ids.map(() => 'trashed'), 'ready'])
    expect(await perform(world, admin, { action: 'restore', filter: {} })).toMatchObject({
      done: count,
    })
  })

  it('leaves what is shown as it is, and says by what, unless it is forced', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const { id } = await upload(world, images.jpeg)
    const post = await writeOther(admin, { cover: { assetId: id } })
    const trash = { action: 'trash', ids: [id] }
    const { refusals } = await perform(world, admin, trash)
    const detail = `Shown by blog.post ${post.id} (cover).`
    expect(refusals).toEqual([{ assetId: id, code: 'media.in_use', detail }])
    expect(await perform(world, admin, { ...trash, force: true })).toMatchObject({ done: 1 })
  })

  it('counts and does an asset once, when its run is broken off and repeated', async () => {
    let isBroken = true
    const world = await createWorld({
      wrapDriver: (driver) => {
        const faulty = createFaultyDriver(driver)
        faulty.fault = ({ statements }) =>
          isBroken && statements.some(({ sql }) => sql.includes('UPDATE media_bulks SET position'))
            ? { kind: 'fail-before' }
            : undefined
        return faulty
      },
    })
    const admin = await world.as('admin')
    const ids = await uploadSome(world, 3)
    const [twice = ''] = ids
    const started = await start(admin, { action: 'trash', ids: [...ids, twice] })
    await world.drain()
    expect(await statesOf(world)).toEqual(ids.map(() => 'trashed'))
    expect(await read(admin, started)).toMatchObject({ done: 0, finishedAt: null })
    isBroken = false
    world.clock.advance(60_000)
    await world.drain()
    const ended = await read(admin, started)
    expect(ended).toMatchObject({ state: 'done', done: 4, refused: 0 })
    for (const id of ids)
      expect(await world.eventsOf(id)).toEqual(['media.asset.ready', 'media.asset.trashed'])
    expect(await world.eventsOf(started.id)).toEqual(['media.bulk.finished'])
  })

  it('is refused to those who may not do it on one, also when they lose that right later', async () => {
    const world = await createWorld()
    const [admin, manager] = [await world.as('admin'), await world.as('manager')]
    const ids = await uploadSome(world, 1)
    const purge = await manager.fetch('POST', BULK, { body: { action: 'purge', ids } })
    expect(await codeOf(purge)).toBe('403 forbidden')
    const started = await start(manager, { action: 'trash', ids })
    await admin.json('PUT', `/api/v1/auth/users/${manager.userId}/roles`, {
      body: { roles: ['customer'] },
      headers: { 'if-match': '*' },
    })
    await world.drain()
    expect(await read(admin, started)).toMatchObject({
      state: 'dead',
      done: 0,
      error: 'JobRefused: who started it lacks media:delete',
    })
    expect(await statesOf(world)).toEqual(['ready'])
  })

  it('is asked for and read over GraphQL alike', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    await uploadSome(world, 2)
    const input = { action: 'visibility', visibility: 'private', filter: { kind: 'document' } }
    const begun = await admin.graphql<{ startMediaBulk: BulkAnswer }>(
      'mutation ($input: MediaBulkInput!) { startMediaBulk(input: $input) { id state } }',
      { input },
    )
    await world.drain()
    const id = begun.data?.startMediaBulk.id
    const query = 'query ($id: ID!) { mediaBulk(id: $id) { state done refused refusals { code } } }'
    expect((await admin.graphql(query, { id })).data).toEqual({
      mediaBulk: { state: 'done', done: 2, refused: 0, refusals: [] },
    })
  })

  it('is not begun when it names what the tenant does not have', async () => {
    const [world, other] = [await createWorld(), await createWorld()]
    const admin = await world.as('admin')
    const [own, foreign] = [await upload(world), await upload(other)]
    const answer = await admin.fetch('POST', BULK, {
      body: { action: 'trash', ids: [own.id, foreign.id] },
    })
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({
      code: 'media.asset_unknown',
      errors: [{ pointer: '/ids/1' }],
    })
    const body = { action: 'move', ids: [own.id], folderId: foreign.id }
    expect(await codeOf(await admin.fetch('POST', BULK, { body }))).toBe('422 media.folder_unknown')
  })

  it.each([
    [{ action: 'trash' }],
    [{ action: 'trash', ids: [] }],
    [{ action: 'trash', ids: ['01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11'], filter: {} }],
    [{ action: 'move', filter: {} }],
    [{ action: 'tag', filter: {} }],
    [{ action: 'visibility', filter: {} }],
    [{ action: 'burn', filter: {} }],
  ])('is not understood as %j', async (body) => {
    const world = await createWorld()
    const admin = await world.as('admin')
    expect(await codeOf(await admin.fetch('POST', BULK, { body }))).toBe('422 invalid_input')
  })
})

describe('the same bytes twice', () => {
  it('are taken, and each is found by the hash of the other', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const find = async (query: string) => {
      const { items, nextCursor } = await admin.json<{
        items: AssetAnswer[]
        nextCursor: string | null
      }>('GET', `/api/v1/media/assets?${query}`)
      return { ids: items.map(({ id }) => id), nextCursor }
    }
    const one = await upload(world, images.jpeg)
    const two = await upload(world, images.jpeg)
    await upload(world, images.webp)
    const query = `sha256=${two.file.sha256}`
    const first = await find(`${query}&limit=1`)
    expect(first.ids).toEqual([two.id])
    const next = await find(`${query}&limit=1&cursor=${first.nextCursor}`)
    expect(next).toEqual({ ids: [one.id], nextCursor: null })
    expect((await find(`${query}&q=file&kind=image`)).ids.toSorted()).toEqual(
      [one.id, two.id].toSorted(),
    )
  })
})

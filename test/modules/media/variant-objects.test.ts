import { describe, expect, it } from 'vitest'
import { sweepStrays } from '../../../src/modules/media/objects/index.ts'
import { isExported } from '../../../src/modules/transfer/domain.ts'
import { type Storage, StorageError } from '../../../src/ports/storage.ts'
import { type World, createWorld } from '../../support/world.ts'
import { halves } from './photos.ts'
import { get, uploadPicture } from './picture-support.ts'
import { booksOf, codeOf, storedKeys } from './support.ts'

const DAY = 86_400_000

/** Puts something between the world and its store. */
function meddle(world: World, changes: (storage: Storage) => Partial<Storage>): void {
  const { storage } = world.isolate.shared
  Object.assign(world.isolate.shared, { storage: { ...storage, ...changes(storage) } })
}

describe('a store that fails when a variant is kept', () => {
  it.each([false, true])('answers 503, and the next one has it; kept: %s', async (isPut) => {
    const world = await createWorld()
    const { variants } = await uploadPicture(world, await halves(200, 100))
    const { storage } = world.isolate.shared
    meddle(world, () => ({
      async put(...args) {
        if (isPut) await storage.put(...args)
        throw new StorageError('unavailable', 'a test')
      },
    }))
    const response = await get(world, variants.small)
    expect(await codeOf(response)).toBe('503 unavailable')
    meddle(world, () => storage)
    expect((await get(world, variants.small)).status).toBe(200)
    expect(await storedKeys(world)).toHaveLength(2)
  })
})

describe('what is made of a picture', () => {
  const makeTwo = async () => {
    const world = await createWorld()
    const picture = await uploadPicture(world, await halves(200, 100))
    for (const url of [picture.variants.thumb, picture.variants.small]) await get(world, url)
    expect(await storedKeys(world)).toHaveLength(3)
    return { world, ...picture }
  }

  const post = async (world: World, method: string, path: string) =>
    (await world.as('admin')).fetch(method, `/api/v1/media/assets/${path}`, {
      headers: { 'if-match': '*' },
    })

  it('is hidden in the trash, and goes with it', async () => {
    const { world, id, variants } = await makeTwo()
    await post(world, 'DELETE', id)
    expect((await get(world, variants.small)).status).toBe(404)
    await post(world, 'POST', `${id}/restore`)
    expect((await get(world, variants.small)).status).toBe(200)
    await post(world, 'DELETE', id)
    await post(world, 'POST', `${id}/purge`)
    await world.drain()
    expect(await storedKeys(world)).toEqual([])
    expect(await booksOf(world)).toEqual({ objects: [], bytes: 0 })
  })

  it('is no stray while its picture is kept, and one afterwards', async () => {
    const { world } = await makeTwo()
    const [original, ...variants] = await storedKeys(world).then((keys) =>
      keys.toSorted((one, two) => one.length - two.length),
    )
    const id = world.isolate.shared.ids.next()
    const stray = variants[0]?.replace(/[^/]+?(?=\.)/, id) ?? ''
    await world.deps().storage.put(stray, 'left by a request that was late')
    world.clock.advance(2 * DAY)
    const now = world.clock.now()
    const walkedAt = async () => {
      const sql = 'SELECT walked_at AS at FROM media_totals WHERE tenant_id = ?'
      return (await world.rows<{ at: number }>(sql, world.tenantId))[0]?.at
    }
    for (let turn = 0; turn < 50 && (await walkedAt()) !== now; turn++)
      await sweepStrays(world.deps(), now, 500)
    expect((await storedKeys(world)).toSorted()).toEqual([original ?? '', ...variants].toSorted())
  })

  it('is in no export, which has the picture', async () => {
    const { world } = await makeTwo()
    const keys = await storedKeys(world)
    const exported = keys.filter((key) => isExported(key.slice(world.tenantId.length + 1)))
    expect(exported).toHaveLength(1)
    expect(exported[0]).toMatch(/[^.]+\.png$/)
  })
})

import { describe, expect, it } from 'vitest'
import { sweepObjects, sweepStrays } from '../../../src/modules/media/objects/index.ts'
import { type Storage, StorageError } from '../../../src/ports/storage.ts'
import { type World, createWorld } from '../../support/world.ts'
import { booksOf, bytesOf, codeOf, longText, sendBytes, storedKeys, upload } from './support.ts'

const DAY = 86_400_000
const PAGE = 500

/** Puts something between the world and its store. */
function meddle(world: World, change: (storage: Storage) => Partial<Storage>): void {
  const { storage } = world.isolate.shared
  Object.assign(world.isolate.shared, { storage: { ...storage, ...change(storage) } })
}

/** What a dead isolate does. */
const never = () => new Promise<never>(() => undefined)

async function sweep(world: World): Promise<void> {
  for (let page = 0; page < 20; page++)
    if ((await sweepObjects(world.deps(), world.clock.now(), PAGE)) < PAGE) return
}

async function listed(world: World): Promise<number> {
  const admin = await world.as('admin')
  const { items } = await admin.json<{ items: unknown[] }>('GET', '/api/v1/media/assets')
  return items.length
}

/** Waits until the store has, or has not, been asked. */
async function until(world: World, condition: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 1_000; turn++) if (await condition()) return
  throw new Error(`it did not happen in ${world.slug}`)
}

const BOTH = [
  ['before its bytes are in the store', false],
  ['after its bytes are in the store', true],
] as const

describe('an isolate that dies in an upload', () => {
  it.each(BOTH)(
    '%s leaves nothing that anybody sees, and after a day nothing',
    async (_, isPut) => {
      const world = await createWorld()
      await upload(world)
      meddle(world, (storage) => ({
        async put(...args) {
          if (isPut) await storage.put(...args)
          return never()
        },
      }))
      void sendBytes(world, await world.as('admin'), bytesOf('Lost.'))
      await until(world, async () => {
        const isKnown = (await booksOf(world)).objects.length === 2
        return isKnown && (await storedKeys(world)).length === (isPut ? 2 : 1)
      })
      expect(await listed(world)).toBe(1)
      await sweep(world)
      expect((await booksOf(world)).objects).toHaveLength(2)
      world.clock.advance(DAY + 1_000)
      await sweep(world)
      expect(await booksOf(world)).toEqual({ objects: [{ state: 'kept', bytes: 10 }], bytes: 10 })
      expect(await storedKeys(world)).toHaveLength(1)
    },
  )
})

describe('a store that fails', () => {
  it.each([
    ['before', 10, false],
    ['after', 10, true],
    ['before', 6_000_000, false],
  ])('%s it has taken %i bytes answers 503, and nothing is left', async (_, length, isPut) => {
    const world = await createWorld()
    const admin = await world.as('admin')
    meddle(world, (storage) => ({
      async put(...args) {
        if (isPut) await storage.put(...args)
        throw new StorageError('unavailable', 'a test')
      },
    }))
    const response = await sendBytes(world, admin, longText(length))
    expect(await codeOf(response)).toBe('503 unavailable')
    expect(await storedKeys(world)).toEqual([])
    expect(await booksOf(world)).toEqual({ objects: [], bytes: 0 })
  })

  it('in the middle of many parts leaves no upload open', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const aborted: string[] = []
    meddle(world, (storage) => ({
      uploadPart: (to, number, body) =>
        number === 2
          ? Promise.reject(new StorageError('unavailable', 'a test'))
          : storage.uploadPart(to, number, body),
      async abortMultipart(to) {
        aborted.push(to.id)
        await storage.abortMultipart(to)
      },
    }))
    const response = await sendBytes(world, admin, longText(11_000_000), { told: false })
    expect(response.status).toBe(503)
    expect(aborted).toHaveLength(1)
    expect(await storedKeys(world)).toEqual([])
    expect((await booksOf(world)).objects).toEqual([])
  })

  it('when it is to clean up leaves it to the sweep', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const { storage } = world.isolate.shared
    meddle(world, () => ({
      delete: () => Promise.reject(new StorageError('unavailable', 'a test')),
    }))
    const headers = { 'content-digest': `sha-256=:${btoa('\u0001'.repeat(32))}:` }
    const response = await sendBytes(world, admin, bytesOf('Text'), { headers })
    expect(response.status).toBe(422)
    expect(await storedKeys(world)).toHaveLength(1)
    meddle(world, () => storage)
    await sweep(world)
    expect(await storedKeys(world)).toEqual([])
    expect(await booksOf(world)).toEqual({ objects: [], bytes: 0 })
  })
})

it('an upload that the sweep has given up is refused, and nothing is left', async () => {
  const world = await createWorld()
  const admin = await world.as('admin')
  meddle(world, (storage) => ({
    async put(...args) {
      const stored = await storage.put(...args)
      await sweepObjects(world.deps(), world.clock.now() + DAY + 1_000, PAGE)
      return stored
    },
  }))
  const response = await sendBytes(world, admin, bytesOf('Late.'))
  expect(await codeOf(response)).toBe('409 media.upload_expired')
  expect(await listed(world)).toBe(0)
  expect(await storedKeys(world)).toEqual([])
})

it('an object that the database has never heard of goes after a day, and nothing else does', async () => {
  const world = await createWorld()
  const { storage } = world.deps()
  await upload(world)
  const [kept] = await storedKeys(world)
  const stray = kept?.replace(/[^/]+$/, `${world.isolate.shared.ids.next()}.txt`) ?? ''
  const others = [`${world.tenantId}/events/x.json`, `${world.tenantId}/2/other.json`]
  for (const key of [stray, ...others]) await storage.put(key, 'Text')
  world.clock.advance(2 * DAY)
  const now = world.clock.now()
  const walkedAt = async () => {
    const sql = 'SELECT walked_at AS at FROM media_totals WHERE tenant_id = ?'
    return (await world.rows<{ at: number }>(sql, world.tenantId))[0]?.at
  }
  for (let turn = 0; turn < 50 && (await walkedAt()) !== now; turn++)
    await sweepStrays(world.deps(), now, PAGE)
  const { objects } = await storage.list({ prefix: `${world.tenantId}/` })
  expect(objects.map(({ key }) => key).toSorted()).toEqual([kept ?? '', ...others].toSorted())
})

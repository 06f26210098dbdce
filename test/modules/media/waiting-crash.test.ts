import { expect, it } from 'vitest'
import { StorageError } from '../../../src/ports/storage.ts'
import { createFaultyDriver, type FaultyDriver } from '../../support/faulty-driver.ts'
import { createWorld } from '../../support/world.ts'
import { booksOf, bytesOf, longText, storedKeys } from './support.ts'
import { TUS, askTus, assetsOf, sweepAll, waitingRows } from './waiting.ts'

const PART = 5_242_880
/** A call fails, or the isolate dies at it; each before its work or behind it. */
const FATES = ['fail-before', 'fail-after', 'hang', 'hang-after'] as const
type Fate = (typeof FATES)[number]

/** A world of which one call of the store can fail, or of the database. */
async function fragileWorld(isStoreAlone: boolean) {
  const drivers: FaultyDriver[] = []
  const world = await createWorld({
    env: { DATABASE_RETRIES: '0' },
    wrapDriver(driver) {
      const faulty = createFaultyDriver(driver)
      drivers.push(faulty)
      return faulty
    },
  })
  await world.as('admin')
  let calls = 0
  let failing = -1
  let fate: Fate = 'fail-before'
  let die: () => void = () => undefined
  let death = new Promise<void>(() => undefined)
  for (const driver of drivers)
    driver.fault = () => {
      if (isStoreAlone || ++calls !== failing) return undefined
      if (fate.startsWith('hang')) die()
      return { kind: fate }
    }
  const dead = () => {
    die()
    return new Promise<never>(() => undefined)
  }
  const { storage } = world.isolate.shared
  const suffer = async (work: () => Promise<unknown>) => {
    const fails = ++calls === failing
    if (fails && fate === 'fail-before') throw new StorageError('unavailable', 'a test')
    if (fails && fate === 'hang') return dead()
    const value = await work()
    if (fails && fate === 'hang-after') return dead()
    if (fails) throw new StorageError('unavailable', 'a test')
    return value
  }
  const wrapped = new Proxy(storage, {
    get(target, name) {
      const work: unknown = Reflect.get(target, name)
      if (typeof work !== 'function') return work
      return (...args: unknown[]) => suffer(() => Reflect.apply(work, target, args))
    },
  })
  // Nothing keeps alive what has died.
  const keepAlive = () => undefined
  Object.assign(world.isolate.shared, { storage: wrapped, keepAlive })
  return {
    world,
    calls: () => calls,
    /** The answer to a request; 503 when the isolate dies meanwhile. */
    ask: (...request: Parameters<typeof askTus>) =>
      Promise.race([askTus(...request), death.then(() => new Response(null, { status: 503 }))]),
    failAt: (number: number, how: Fate) => {
      calls = 0
      failing = number
      fate = how
      death = new Promise((resolve) => (die = resolve))
    },
  }
}

type Fragile = Awaited<ReturnType<typeof fragileWorld>>

/** Uploads as a client that goes on after each failure, and begins anew when the upload is gone. */
async function uploadAll(fragile: Fragile, bytes: Uint8Array, pieces: readonly number[]) {
  for (let begun = 0; begun < 5; begun++) {
    const headers = { 'upload-length': String(bytes.length) }
    const created = await fragile.ask(fragile.world, 'POST', TUS, { headers })
    const path = created.headers.get('location')
    if (path !== null && (await bringAll(fragile, path, bytes, pieces))) return
    fragile.failAt(0, 'fail-before')
  }
  throw new Error('it never ends')
}

async function bringAll(
  { world, ask, failAt }: Fragile,
  path: string,
  bytes: Uint8Array,
  pieces: readonly number[],
) {
  for (let turn = 0; turn < 10; turn++) {
    const head = await ask(world, 'HEAD', path)
    if ([404, 410].includes(head.status)) return false
    let at = head.status === 200 ? Number(head.headers.get('upload-offset')) : -1
    while (at >= 0 && at < bytes.length) {
      const body = bytes.slice(at, pieces.find((bound) => bound > at) ?? bytes.length)
      const headers = { 'upload-offset': String(at) }
      const answer = await ask(world, 'PATCH', path, { headers, body })
      at = answer.status === 204 ? Number(answer.headers.get('upload-offset')) : -1
    }
    if (at === bytes.length) return true
    // The next isolate lives.
    failAt(0, 'fail-before')
  }
  return false
}

async function expectOneAsset({ world, failAt }: Fragile, bytes: Uint8Array, where: string) {
  failAt(0, 'fail-before')
  expect(await assetsOf(world), where).toHaveLength(1)
  await sweepAll(world)
  expect(await storedKeys(world), where).toHaveLength(1)
  expect(await booksOf(world), where).toEqual({
    objects: [{ state: 'kept', bytes: bytes.length }],
    bytes: bytes.length,
  })
  expect(await waitingRows(world), where).toBe(0)
}

it.each([
  ['of a few bytes meets one failing call', bytesOf('Some text and more.'), [5], false],
  ['of two parts meets one failing call of the store', longText(PART + 9), [9, PART + 5], true],
])(
  'an upload %s, whichever it is, and ends as one asset and nothing else',
  async (_, bytes, pieces, isStoreAlone) => {
    const count = await fragileWorld(isStoreAlone)
    await uploadAll(count, bytes, pieces)
    const calls = count.calls()
    expect(calls).toBeGreaterThan(5)
    for (const fate of FATES)
      for (let number = 1; number <= calls; number++) {
        const fragile = await fragileWorld(isStoreAlone)
        fragile.failAt(number, fate)
        await uploadAll(fragile, bytes, pieces)
        await expectOneAsset(fragile, bytes, `${fate} at ${number} of ${calls}`)
      }
  },
  300_000,
)

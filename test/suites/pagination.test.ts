import { describe, expect, it } from 'vitest'
import type { MountedRoute } from '../../src/app/routes.ts'
import { limits } from '../../src/kernel/limits.ts'
import type { Client } from '../support/world.ts'
import { answerOf, ask, rootFields } from './support/fields.ts'
import { type House, createHouse } from './support/house.ts'
import { type PagedList, pagedLists, pagedOperations } from './support/lists.ts'
import { mightiest, send } from './support/operations.ts'
import { problemOf } from './support/problem.ts'

/** Milliseconds for a test that makes many things. */
const SLOW = 30_000

/** A page of any list. */
interface Page {
  readonly items: readonly Readonly<Record<string, unknown>>[]
  readonly nextCursor: string | null
}

/** A list as one client walks it. */
interface Walk {
  readonly list: PagedList
  readonly ask: (query: Readonly<Record<string, string>>) => Promise<Response>
  readonly page: (query: Readonly<Record<string, string>>) => Promise<Page>
}

async function walkOf(house: House, mounted: MountedRoute): Promise<Walk> {
  const list = pagedLists[mounted.route.operationId]
  if (!list) throw new Error(`${mounted.route.operationId} needs an entry in support/lists.ts`)
  const as: Client = await list.as(house)
  const params = (await list.params?.(house)) ?? {}
  const query: Walk['ask'] = (given) => send(mounted, { as, params, query: given })
  return {
    list,
    ask: query,
    async page(given) {
      const response = await query(given)
      expect(response.status, await response.clone().text()).toBe(200)
      return response.json<Page>()
    },
  }
}

/** Walks to the end by pages of one; `between` is awaited after each page but the last. */
async function walkedKeys(
  { list, page }: Walk,
  between: (seen: readonly string[]) => Promise<void> = async () => {},
): Promise<string[]> {
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const { items, nextCursor }: Page = await page({ limit: '1', ...(cursor ? { cursor } : {}) })
    expect(items.length).toBe(1)
    seen.push(...items.map((item) => String(item[list.key])))
    cursor = nextCursor
    if (cursor !== null) await between(seen)
  } while (cursor !== null)
  return seen
}

const named = pagedOperations.map((mounted) => [mounted.route.operationId, mounted] as const)
const changing = named.filter(([id]) => pagedLists[id]?.add)

describe('a list that is walked page by page', () => {
  it.each(changing)(
    '%s shows each surviving item once, whatever comes and goes meanwhile',
    async (_, mounted) => {
      const house = await createHouse()
      const walk = await walkOf(house, mounted)
      const { add, remove } = walk.list
      const made: string[] = []
      for (let count = 0; count < 8; count++) made.push((await add?.(house)) ?? '')
      const gone = new Set<string>()
      let steps = 0
      const seen = await walkedKeys(walk, async (so) => {
        if (++steps > 4) return
        await add?.(house)
        // One that was shown already and one that was not yet, in turn.
        const shown = steps % 2 === 0
        const victim = made.find((key) => !gone.has(key) && so.includes(key) === shown)
        if (!remove || victim === undefined) return
        await remove(house, victim)
        gone.add(victim)
      })
      expect(new Set(seen).size, 'items that were shown twice').toBe(seen.length)
      expect(seen).toEqual(expect.arrayContaining(made.filter((key) => !gone.has(key))))
      expect(gone.size).toBe(remove ? 4 : 0)
    },
    SLOW,
  )

  it.each(named)(
    '%s shows by pages what it shows at once, in the same order',
    async (_, mounted) => {
      const house = await createHouse()
      const walk = await walkOf(house, mounted)
      for (let count = 0; count < 3; count++) await walk.list.add?.(house)
      const { items } = await walk.page({ limit: String(limits.page.max) })
      // All tenants of all test files are one list, so only the beginning of it is compared.
      const whole = items.map((item) => String(item[walk.list.key]))
      if (mounted.route.operationId !== 'listTenants') expect(await walkedKeys(walk)).toEqual(whole)
      const { items: few } = await walk.page({ limit: '2' })
      expect(few.map((item) => item[walk.list.key])).toEqual(whole.slice(0, 2))
    },
    SLOW,
  )

  it.each(named)(
    '%s refuses a cursor that it did not give',
    async (_, mounted) => {
      const [house, other] = [await createHouse(), await createHouse()]
      const walk = await walkOf(house, mounted)
      const foreign = await walkOf(other, mounted)
      for (const each of [house, house, other, other]) await walk.list.add?.(each)
      const { nextCursor: own } = await walk.page({ limit: '1' })
      const { nextCursor: theirs } = await foreign.page({ limit: '1' })
      if (own === null || theirs === null) throw new Error('the list is too short for a cursor')
      const isShared = mounted.route.operationId === 'listTenants'
      for (const cursor of [...forged(own), ...(isShared ? [] : [theirs])]) {
        const problem = await problemOf(await walk.ask({ cursor }), cursor)
        expect(problem).toMatchObject({ status: 422, errors: [{ pointer: '/cursor' }] })
      }
    },
    SLOW,
  )

  it.each(named)('%s takes a limit from 1 to 100', async (_, mounted) => {
    const walk = await walkOf(await createHouse(), mounted)
    for (const limit of ['1', String(limits.page.max)]) await walk.page({ limit })
    for (const limit of [
      '0',
      String(limits.page.max + 1),
      '-1',
      '1.5',
      'abc',
      '',
      '1e3',
      'Infinity',
    ]) {
      const problem = await problemOf(await walk.ask({ limit }), limit)
      expect(problem).toMatchObject({ status: 422, errors: [{ pointer: '/limit' }] })
    }
  })
})

describe('a list over GraphQL', () => {
  const fields = rootFields
    .filter(({ field }) => field.args.some(({ name }) => name === 'cursor'))
    .map((field) => [field.name, field] as const)

  it.each(fields)('%s refuses a cursor that it did not give', async (_, field) => {
    const house = await createHouse()
    const as = await mightiest(house, field.twin)
    const params = (await pagedLists[field.twin.route.operationId]?.params?.(house)) ?? {}
    for (const query of [{ cursor: 'AAAA' }, { cursor: '' }]) {
      const { errors } = await answerOf(await ask(as, field, { as, params, query }))
      expect(errors?.[0]?.extensions).toMatchObject({
        code: 'INVALID_INPUT',
        errors: [{ pointer: '/cursor' }],
      })
    }
  })
})

/** Cursors that are nearly right. */
function forged(cursor: string): string[] {
  const flipped = (at: number) =>
    cursor.slice(0, at) + (cursor.charAt(at) === 'A' ? 'B' : 'A') + cursor.slice(at + 1)
  const position = btoa(JSON.stringify([0, '~'])).replaceAll('=', '')
  return [
    '',
    'x',
    'null',
    flipped(0),
    flipped(cursor.length - 2),
    cursor.slice(0, -2),
    cursor.slice(0, 16),
    cursor.slice(0, 16) + position,
    `${cursor}AAAA`,
    ` ${cursor}`,
  ]
}

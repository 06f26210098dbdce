import { beforeAll, describe, expect, it } from 'vitest'
import type { MountedRoute } from '../../src/app/routes.ts'
import { ask, rootFields } from './support/fields.ts'
import { type House, createHouse } from './support/house.ts'
import { type PagedList, pagedLists, pagedOperations, wholeLists } from './support/lists.ts'
import {
  mightiest,
  operationNamed,
  operations,
  send,
  targetOf,
  withExample,
} from './support/operations.ts'
import { tripsOf } from './support/problem.ts'

/** One read batch and one commit. */
const MOST_FOR_READ = 1
const MOST_FOR_WRITE = 2
/** What a request before has brought is looked up in the books before it is taken, or given up. */
const MOST_FOR_LATER_REQUEST = 3
const laterRequests: readonly string[] = ['completeMediaDirectUpload', 'endMediaTusUpload']

/** GraphQL reads once per level that needs data: a list of posts, then their texts. */
const MOST_FOR_QUERY = 2

/** Milliseconds for a test that makes many things. */
const SLOW = 30_000

let house: House

beforeAll(async () => {
  house = await createHouse()
})

describe('round trips to the database', () => {
  it(
    'are one for a read and two for a write over REST, and those of the snapshot',
    async () => {
      const lines: string[] = []
      for (const mounted of operations) {
        const { operationId, method, success } = mounted.route
        const response = await withExample(house, operationId, (example) => send(mounted, example))
        expect(response.status, `${operationId}: ${await response.text()}`).toBe(success.status)
        const trips = tripsOf(response)
        const most = method === 'get' ? MOST_FOR_READ : mostForWrite(operationId)
        expect(trips, operationId).toBeLessThanOrEqual(most)
        lines.push(`${operationId} ${trips}`)
      }
      await expect(textOf(lines)).toMatchFileSnapshot('./query-counts/rest.txt')
    },
    SLOW,
  )

  it(
    'are one per level of a query and two for a mutation, and those of the snapshot',
    async () => {
      const lines: string[] = []
      for (const field of rootFields) {
        const response = await withExample(house, named(field.twin), (example) =>
          ask(example.as, field, example),
        )
        expect(await response.json(), field.name).not.toHaveProperty('errors')
        const trips = tripsOf(response)
        const most =
          field.kind === 'query' ? MOST_FOR_QUERY : mostForWrite(field.twin.route.operationId)
        expect(trips, field.name).toBeLessThanOrEqual(most)
        lines.push(`${field.kind} ${field.name} ${trips}`)
      }
      await expect(textOf(lines)).toMatchFileSnapshot('./query-counts/graphql.txt')
    },
    SLOW,
  )

  it.each(operations.filter(({ route }) => route.cache === 'public').map(named))(
    'are none for anybody who reads %s a second time',
    async (operationId) => {
      const mounted = operationNamed(operationId)
      const target = await withExample(house, operationId, async (example) =>
        targetOf(mounted, example),
      )
      await house.home.anonymous.fetch('GET', target)
      const warm = await house.home.anonymous.fetch('GET', target)
      expect(warm.status, await warm.text()).toBe(200)
      expect(tripsOf(warm)).toBe(0)
    },
  )
})

describe('a list costs the same with one item as with twenty', () => {
  const growing = pagedOperations.filter(({ route }) => listOf(route.operationId).add)

  it.each([...growing, operationNamed('listCategories')].map(named))(
    '%s, over REST and GraphQL',
    async (operationId) => {
      const own = await createHouse()
      const { add } = listOf(operationId)
      await add?.(own)
      const few = await tripsOfList(own, operationId)
      for (let added = 1; added < 20; added++) await add?.(own)
      expect(await tripsOfList(own, operationId)).toEqual(few)
    },
    SLOW,
  )
})

/** What a list costs over REST, and over GraphQL by every field that answers it. */
async function tripsOfList(own: House, operationId: string): Promise<number[]> {
  const mounted = operationNamed(operationId)
  const as = await mightiest(own, mounted)
  const params = (await listOf(operationId).params?.(own)) ?? {}
  const responses = [
    await send(mounted, { as, params }),
    ...(await Promise.all(
      rootFields
        .filter(({ twin }) => twin === mounted)
        .map((field) => ask(as, field, { as, params })),
    )),
  ]
  for (const response of responses) {
    expect(response.status).toBe(200)
    expect(await response.text()).not.toContain('"errors"')
  }
  return responses.map(tripsOf)
}

function listOf(operationId: string): PagedList {
  const list = pagedLists[operationId] ?? wholeLists[operationId]
  if (!list) throw new Error(`${operationId} needs an entry in test/suites/support/lists.ts`)
  return list
}

function mostForWrite(operationId: string): number {
  return laterRequests.includes(operationId) ? MOST_FOR_LATER_REQUEST : MOST_FOR_WRITE
}

function named({ route }: MountedRoute): string {
  return route.operationId
}

function textOf(lines: readonly string[]): string {
  return `${lines.toSorted().join('\n')}\n`
}

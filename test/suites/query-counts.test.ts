import { beforeAll, describe, expect, it } from 'vitest'
import type { MountedRoute } from '../../src/app/routes.ts'
import type { Client } from '../support/world.ts'
import { ask, rootFields } from './support/fields.ts'
import { type House, createHouse } from './support/house.ts'
import { type PagedList, pagedLists, pagedOperations, wholeLists } from './support/lists.ts'
import {
  exampleOf,
  mightiest,
  operationNamed,
  operations,
  send,
  targetOf,
} from './support/operations.ts'
import { tripsOf } from './support/problem.ts'

/** One read batch and one commit. */
const MOST_FOR_READ = 1
const MOST_FOR_WRITE = 2
/** GraphQL reads once per level that needs data: a list of posts, then their texts. */
const MOST_FOR_QUERY = 2

let house: House

beforeAll(async () => {
  house = await createHouse()
})

describe('round trips to the database', () => {
  it('are one for a read and two for a write over REST, and those of the snapshot', async () => {
    const lines: string[] = []
    for (const mounted of operations) {
      const { operationId, method, success } = mounted.route
      const example = await exampleOf(house, operationId)
      const response = await send(mounted, example)
      await example.undo?.()
      expect(response.status, `${operationId}: ${await response.text()}`).toBe(success.status)
      const trips = tripsOf(response)
      const most = method === 'get' ? MOST_FOR_READ : MOST_FOR_WRITE
      expect(trips, operationId).toBeLessThanOrEqual(most)
      lines.push(`${operationId} ${trips}`)
    }
    await expect(textOf(lines)).toMatchFileSnapshot('./query-counts/rest.txt')
  })

  it('are one per level of a query and two for a mutation, and those of the snapshot', async () => {
    const lines: string[] = []
    for (const field of rootFields) {
      const example = await exampleOf(house, field.twin.route.operationId)
      const response = await ask(example.as, field, example)
      await example.undo?.()
      expect(await response.json(), field.name).not.toHaveProperty('errors')
      const trips = tripsOf(response)
      const most = field.kind === 'query' ? MOST_FOR_QUERY : MOST_FOR_WRITE
      expect(trips, field.name).toBeLessThanOrEqual(most)
      lines.push(`${field.kind} ${field.name} ${trips}`)
    }
    await expect(textOf(lines)).toMatchFileSnapshot('./query-counts/graphql.txt')
  })

  it.each(operations.filter(({ route }) => route.cache === 'public').map(named))(
    'are none for anybody who reads %s a second time',
    async (operationId) => {
      const mounted = operationNamed(operationId)
      const example = await exampleOf(house, operationId)
      const target = targetOf(mounted, example)
      await house.home.anonymous.fetch('GET', target)
      const warm = await house.home.anonymous.fetch('GET', target)
      expect(warm.status, await warm.text()).toBe(200)
      expect(tripsOf(warm)).toBe(0)
    },
  )
})

describe('a list costs the same with one item as with twenty', () => {
  const growing = pagedOperations.filter(({ route }) => listOf(route.operationId).add)
  const lists = [...growing, operationNamed('listCategories')].map(named)

  it.each(lists)('over REST: %s', async (operationId) => {
    const mounted = operationNamed(operationId)
    const { few, many } = await whileGrowing(operationId, (own, as) => {
      const params = listOf(operationId).params?.(own) ?? {}
      return send(mounted, { as, params })
    })
    expect(many).toBe(few)
  })

  const fields = rootFields.filter(({ twin }) => lists.includes(named(twin)))

  it.each(fields.map((field) => [field.name, field] as const))('over GraphQL: %s', async (_, field) => {
    const { few, many } = await whileGrowing(named(field.twin), (_own, as) => ask(as, field, { as }))
    expect(many).toBe(few)
  })
})

/** The round trips of a call in a tenant with one item of a list, and then with twenty. */
async function whileGrowing(
  operationId: string,
  call: (own: House, as: Client) => Promise<Response>,
): Promise<{ few: number; many: number }> {
  const own = await createHouse()
  const { add } = listOf(operationId)
  const as = await mightiest(own, operationNamed(operationId))
  const trips = async () => {
    const response = await call(own, as)
    expect(response.status, await response.clone().text()).toBe(200)
    expect(await response.text()).not.toContain('"errors"')
    return tripsOf(response)
  }
  await add?.(own)
  const few = await trips()
  for (let added = 1; added < 20; added++) await add?.(own)
  return { few, many: await trips() }
}

function listOf(operationId: string): PagedList {
  const list = pagedLists[operationId] ?? wholeLists[operationId]
  if (!list) throw new Error(`${operationId} needs an entry in test/suites/support/lists.ts`)
  return list
}

function named({ route }: MountedRoute): string {
  return route.operationId
}

function textOf(lines: readonly string[]): string {
  return `${lines.toSorted().join('\n')}\n`
}

import { beforeAll, describe, expect, it } from 'vitest'
import type { MountedRoute } from '../../src/app/routes.ts'
import { type Client, type World, createWorld } from '../support/world.ts'
import { contentsOf } from './support/database.ts'
import type { Example } from './support/example.ts'
import { type Spelling, answerOf, ask, rootFields } from './support/fields.ts'
import { type House, createHouse, makePost } from './support/house.ts'
import { NEVER_ID, namesOf, neverLike } from './support/never.ts'
import { pagedOperations } from './support/lists.ts'
import { operationNamed, operations, send, withExample } from './support/operations.ts'
import { comparable, problemOf } from './support/problem.ts'
import { eachAlone, idParameters } from './support/queries.ts'
import { idFields } from './support/schemas.ts'

/** Parameters whose values every tenant may have of its own: they name nobody's thing. */
const COMMON = ['{locale}', '{module}', 'roles/{slug}', 'tasks/{name}']

let house: House
let stranger: World

beforeAll(async () => {
  house = await createHouse()
  stranger = await createWorld()
})

/** An answer without what is different in every answer. */
async function answered(response: Response): Promise<unknown> {
  const { status } = response
  if (status >= 400) return comparable(await problemOf(response))
  return { status, text: await response.text() }
}

/** Expects that a caller is told of the things of the example what it is told of things that never were. */
async function expectAlike(
  mounted: MountedRoute,
  example: Example,
  as: Client,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const real = await answered(await send(mounted, example, { as, headers }))
  expect(real).toEqual(await answered(await send(mounted, neverOf(example), { as, headers })))
  return real
}

/** Expects that a stranger with every right, and one without a name, are told nothing by the call. */
async function expectToldNothing(
  mounted: MountedRoute,
  example: Example,
  admin: Client,
): Promise<void> {
  const toAdmin = await expectAlike(mounted, example, admin)
  const toNobody = await expectAlike(mounted, example, stranger.anonymous)
  await expectAlikeNamingTenant(mounted, example, admin)
  if (namesOf(example.params, house.made).length > 0) {
    expect(toAdmin).toMatchObject({ status: 404 })
    const isGuarded = mounted.route.access.kind !== 'public' && !mounted.route.controlOnly
    expect(toNobody).toMatchObject({ status: isGuarded ? 401 : 404 })
  }
  if (namesOf(example.body, house.made).length > 0) {
    expect(toAdmin).toMatchObject({ status: expect.toSatisfy((status) => status >= 400) })
  }
}

/** The same of a caller who names the tenant of the example, and one that never was, in a header. */
async function expectAlikeNamingTenant(
  mounted: MountedRoute,
  example: Example,
  as: Client,
): Promise<void> {
  const [victim, never] = [house.home.tenantId, NEVER_ID].map((id) => ({ 'x-tenant-id': id }))
  const real = await answered(await send(mounted, example, { as, headers: { ...victim } }))
  expect(real).toMatchObject({ status: 404 })
  expect(real).toEqual(
    await answered(await send(mounted, neverOf(example), { as, headers: { ...never } })),
  )
}

/** The call with ids that never were instead of real ones. */
function neverOf(example: Example): Example {
  const { params = {}, query = {}, body } = example
  return { ...example, ...neverLike({ params, query, body }, house.made) }
}

/** What identifies things of the example's tenant in its path, query and body. */
function foreignNames({ params, query, body }: Example): string[] {
  return namesOf({ params, query, body }, house.made)
}

const named = operations.map((mounted) => [mounted.route.operationId, mounted] as const)

describe('what a stranger is told of the ids of another tenant', () => {
  it.each(named)('%s names them in the example that the suite uses', async (id, mounted) => {
    await withExample(house, id, async (example) => {
      for (const [mark, name] of parametersOf(mounted)) {
        expect(house.made, `${mark} of ${id}`).toContain(example.params?.[name])
      }
      for (const field of idFields(mounted)) {
        const value = recordOf(example.body)[field]
        expect(namesOf(value, house.made), `${field} of ${id}`).not.toEqual([])
      }
      for (const name of idParameters(mounted)) {
        expect(house.made, `${name} in the query of ${id}`).toContain(example.query?.[name])
      }
    })
  })

  it.each(named)('%s says the same as of ids that never were, and writes nothing', (id, mounted) =>
    withExample(house, id, async (example) => {
      if (foreignNames(example).length === 0) return
      const tenants = [house.home.tenantId, stranger.tenantId]
      const admin = await stranger.as('super_admin')
      const before = await contentsOf(tenants)
      for (const call of [example, ...eachAlone(mounted, example, house.made)]) {
        await expectToldNothing(mounted, call, admin)
      }
      expect(await contentsOf(tenants)).toBe(before)
    }),
  )

  const filtering = named.filter(([, mounted]) => pagedOperations.includes(mounted))

  it.each(filtering)('%s finds something by each name that its example filters by', (id, mounted) =>
    withExample(house, id, async (example) => {
      for (const call of eachAlone(mounted, example, house.made)) {
        const { items }: { items: unknown[] } = await (await send(mounted, call)).json()
        expect(items, JSON.stringify(call.query)).not.toEqual([])
      }
    }),
  )

  it.each(named)('%s: a token of one tenant opens no other', async (id, mounted) => {
    if (mounted.route.access.kind === 'open') return
    const token = (await stranger.as('super_admin')).token ?? ''
    const headers = { authorization: `Bearer ${token}` }
    const response = await withExample(house, id, (example) =>
      send(mounted, example, { as: house.home.anonymous, headers }),
    )
    expect(await problemOf(response)).toMatchObject({ status: 404, code: 'tenant.not_found' })
  })
})

describe('what a lesser role of the tenant is told', () => {
  const guarded = named.filter(([, { route }]) => route.access.kind === 'permission')

  it.each(guarded)('%s says the same of real ids as of ids that never were', (id, mounted) =>
    withExample(house, id, async (example) => {
      const customer = await house.as('customer')
      const before = await contentsOf([house.home.tenantId])
      const told = await expectAlike(mounted, example, customer)
      expect(told).toMatchObject({ status: mounted.route.controlOnly ? 404 : 403 })
      expect(await contentsOf([house.home.tenantId])).toBe(before)
    }),
  )

  it.each(['getPost', 'getPostNeighbours', 'getRelatedPosts', 'getPostBySlug'])(
    '%s knows no draft',
    async (operationId) => {
      const { id, slug } = await makePost(house)
      const mounted = operationNamed(operationId)
      for (const as of [await house.as('customer'), house.home.anonymous]) {
        const told = await expectAlike(mounted, { as, params: { id, slug } }, as)
        expect(told).toMatchObject({ status: 404 })
      }
    },
  )
})

describe('what a stranger is told over GraphQL', () => {
  const spellings: readonly Spelling[] = ['plain', 'alias', 'fragment']

  it.each(rootFields.map((field) => [field.name, field] as const))(
    '%s says the same of foreign ids as of ids that never were, however it is spelled',
    (_, field) =>
      withExample(house, field.twin.route.operationId, async (example) => {
        const names = foreignNames(example)
        if (names.length === 0) return
        const tenants = [house.home.tenantId, stranger.tenantId]
        const callers = [await stranger.as('super_admin'), stranger.anonymous]
        const before = await contentsOf(tenants)
        for (const as of callers) {
          for (const call of [example, ...eachAlone(field.twin, example, house.made)]) {
            for (const spelling of spellings) {
              const real = await graphqlAnswer(await ask(as, field, call, { spelling }))
              const never = await ask(as, field, neverOf(call), { spelling })
              expect(real).toEqual(await graphqlAnswer(never))
              for (const name of names) expect(JSON.stringify(real)).not.toContain(name)
            }
          }
        }
        expect(await contentsOf(tenants)).toBe(before)
      }),
  )
})

async function graphqlAnswer(response: Response): Promise<unknown> {
  const { data, errors = [] } = await answerOf(response)
  return {
    data,
    errors: errors.map(({ message, extensions: { requestId: _, ...rest } }) => ({ message, rest })),
  }
}

/** The parameters of a path that identify a tenant's own thing, with where they stand. */
function parametersOf({ path }: MountedRoute): [mark: string, name: string][] {
  return [...path.matchAll(/[^/]+\/\{(\w+)\}/g)].flatMap(([mark, name = '']) =>
    COMMON.some((common) => mark.endsWith(common)) ? [] : [[mark, name]],
  )
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

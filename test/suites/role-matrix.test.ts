import { beforeAll, describe, expect, it } from 'vitest'
import { modules } from '../../src/app/modules.ts'
import type { MountedRoute } from '../../src/app/routes.ts'
import { type Scope, SYSTEM_ROLES, type SystemRole } from '../../src/kernel/permissions.ts'
import type { Client } from '../support/world.ts'
import { blogExamplesBy } from './support/examples-blog.ts'
import { keyExamplesBy } from './support/examples-keys.ts'
import { type Spelling, answerOf, ask, rootFields } from './support/fields.ts'
import { type House, createHouse } from './support/house.ts'
import { neverLike } from './support/never.ts'
import { operationNamed, operations, send, withExample } from './support/operations.ts'
import { problemOf } from './support/problem.ts'

const permissions = new Map(
  modules.flatMap((module) => module.permissions).map((entry) => [entry.name, entry]),
)

let house: House

beforeAll(async () => {
  house = await createHouse()
})

const named = operations.map((mounted) => [mounted.route.operationId, mounted] as const)

/** Calls by everybody: by nobody, and by a user of each seeded role. */
const callers: readonly (SystemRole | undefined)[] = [undefined, ...SYSTEM_ROLES]

/** A house of its own for what ends the callers' sessions. */
async function houseFor(operationId: string): Promise<House> {
  return operationId === 'logout' ? createHouse() : house
}

/** The caller of a role in the tenant that serves the operation. */
async function callerOf(
  { home, control }: House,
  { route }: MountedRoute,
  role: SystemRole | undefined,
): Promise<Client> {
  const world = route.controlOnly ? control : home
  return role === undefined ? world.anonymous : world.as(role)
}

/** How far the role reaches by what the manifests declare. */
function reachOf({ route }: MountedRoute, role: SystemRole | undefined): Scope {
  const { access } = route
  if (access.kind === 'open' || access.kind === 'public') return 'any'
  if (role === undefined) return 'none'
  if (access.kind === 'authenticated') return 'any'
  const declared = permissions.get(access.permission)
  if (declared?.roles.includes(role)) return 'any'
  return declared?.ownRoles.includes(role) ? 'some' : 'none'
}

/** What a caller without reach is told. */
function refusalFor(role: SystemRole | undefined): { status: number; code: string } {
  return role === undefined
    ? { status: 401, code: 'unauthenticated' }
    : { status: 403, code: 'forbidden' }
}

describe('every operation is for the roles of the permission matrix and for no other', () => {
  it.each(named)('%s needs a permission that a module declares, or none', (_, { route }) => {
    if (route.access.kind !== 'permission') return
    expect([...permissions.keys()]).toContain(route.access.permission)
  })

  it.each(named)('%s', async (id, mounted) => {
    const own = await houseFor(id)
    await withExample(own, id, async (example) => {
      // Ids that never were: the decision comes before the search, and nothing is used up.
      const { params } = neverLike({ params: example.params ?? {} }, own.made)
      for (const role of callers) {
        const as = await callerOf(own, mounted, role)
        const response = await send(mounted, {
          as,
          params,
          ...(mounted.route.body ? { body: {} } : {}),
        })
        const about = `${id} by ${role ?? 'nobody'}`
        if (reachOf(mounted, role) === 'none') {
          expect(await problemOf(response, about), about).toMatchObject(refusalFor(role))
        } else {
          expect(['unauthenticated', 'forbidden'], about).not.toContain(await codeOf(response))
        }
      }
    })
  })

  it.each(named.filter(([, { route }]) => route.controlOnly))(
    '%s is not there for a tenant that is not the control tenant',
    (id, mounted) =>
      withExample(house, id, async (example) => {
        const as = await house.as('super_admin')
        expect(await problemOf(await send(mounted, example, { as }))).toMatchObject({ status: 404 })
      }),
  )
})

describe('a permission for one’s own items', () => {
  const owned = named.filter(([, mounted]) =>
    SYSTEM_ROLES.some((role) => reachOf(mounted, role) === 'some'),
  )

  it.each(owned)('%s reaches them', async (id, mounted) => {
    const arrange = { ...blogExamplesBy('manager'), ...keyExamplesBy('manager') }[id]
    if (!arrange) throw new Error(`${id} needs an example by its owner`)
    const example = await arrange(house)
    const response = await send(mounted, example)
    expect(response.status, await response.text()).toBe(mounted.route.success.status)
  })

  // A list shows one's own without a word of the others.
  const ofOneItem = owned.filter(([, { path }]) => path.includes('{'))

  it.each(ofOneItem)('%s does not reach those of others', (id, mounted) =>
    withExample(house, id, async (example) => {
      const as = await house.as('manager')
      const problem = await problemOf(await send(mounted, example, { as }))
      expect(problem).toMatchObject(refusalFor('manager'))
    }),
  )
})

const SPELLINGS: readonly Spelling[] = ['plain', 'alias', 'fragment']

describe('GraphQL knows the same matrix, however a field is spelled', () => {
  it.each(rootFields.map((field) => [field.name, field] as const))('%s', async (_, field) => {
    const own = await houseFor(field.name)
    await withExample(own, field.twin.route.operationId, async (example) => {
      const { params = {}, body } = example
      const call = { ...example, ...neverLike({ params, body }, own.made), headers: {} }
      for (const role of callers) {
        const as = await callerOf(own, field.twin, role)
        const isRefused = reachOf(field.twin, role) === 'none'
        for (const spelling of isRefused ? SPELLINGS : (['plain'] as const)) {
          const code = await graphqlCodeOf(await ask(as, field, call, { spelling }))
          const about = `${field.name} by ${role ?? 'nobody'}, ${spelling}`
          if (isRefused) expect(code, about).toBe(refusalFor(role).code.toUpperCase())
          else expect(['UNAUTHENTICATED', 'FORBIDDEN'], about).not.toContain(code)
        }
      }
    })
  })
})

async function codeOf(response: Response): Promise<unknown> {
  const text = await response.text()
  if (response.ok || text === '') return undefined
  const { code }: { code?: unknown } = JSON.parse(text)
  return code
}

async function graphqlCodeOf(response: Response): Promise<unknown> {
  const { errors } = await answerOf(response)
  return errors?.[0]?.extensions['code']
}

it('a permission that no operation and no service needs is not declared', () => {
  const needed = new Set(
    operations.flatMap(({ route }) =>
      route.access.kind === 'permission' ? [route.access.permission] : [],
    ),
  )
  const unused = [...permissions.keys()].filter((name) => !needed.has(name))
  // Seeing drafts is decided for each post, by the services that read posts.
  expect(unused).toEqual(['posts:read'])
  expect(operationNamed('getPost').route.access.kind).toBe('public')
})

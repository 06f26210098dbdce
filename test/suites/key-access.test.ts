import { beforeAll, describe, expect, it } from 'vitest'
import { modules } from '../../src/app/modules.ts'
import type { MountedRoute } from '../../src/app/routes.ts'
import type { Client, World } from '../support/world.ts'
import type { Example } from './support/example.ts'
import { answerOf, ask, rootFields } from './support/fields.ts'
import { type House, createHouse } from './support/house.ts'
import { neverLike } from './support/never.ts'
import { operations, send, withExample } from './support/operations.ts'
import { problemOf } from './support/problem.ts'

/** The permissions that a key may have. */
const grantable = modules
  .flatMap(({ permissions }) => permissions)
  .filter(({ sessionOnly }) => !sessionOnly)
  .map(({ name }) => name)

const FORBIDDEN = ['unauthenticated', 'forbidden', 'session_required']

let house: House
/** A key with every scope there is, of a super administrator, at home and in the control tenant. */
let almighty: Readonly<Record<'home' | 'control', Client>>
/** A key with one scope that has to do with none of the operations. */
let narrow: Readonly<Record<'home' | 'control', Client>>

async function byKey(world: World, scopes: readonly string[]): Promise<Client> {
  const maker = await world.as('super_admin')
  const body = { name: 'Suite', scopes }
  const { key } = await maker.json<{ key: string }>('POST', '/api/v1/keys', { body })
  return {
    ...world.anonymous,
    fetch: (method, path, options = {}) =>
      world.anonymous.fetch(method, path, {
        ...options,
        headers: { ...options.headers, authorization: `Bearer ${key}` },
      }),
  }
}

beforeAll(async () => {
  house = await createHouse()
  const { home, control } = house
  almighty = { home: await byKey(home, grantable), control: await byKey(control, grantable) }
  narrow = {
    home: await byKey(home, ['posts:read']),
    control: await byKey(control, ['posts:read']),
  }
})

/** Whether a key that holds every scope there is reaches the operation. */
function isForKeys({ route: { access } }: MountedRoute): boolean {
  if (access.kind === 'authenticated') return false
  return access.kind !== 'permission' || grantable.includes(access.permission)
}

function caller(of: typeof almighty, { route }: MountedRoute): Client {
  return route.controlOnly ? of.control : of.home
}

const named = operations.map((mounted) => [mounted.route.operationId, mounted] as const)
const guarded = named.filter(([, { route }]) => route.access.kind === 'permission')

describe('an API key', () => {
  it.each(named)('with every scope: %s is what it is for keys', (id, mounted) =>
    withExample(house, id, async (example) => {
      const { params } = neverLike({ params: example.params ?? {} }, house.made)
      const body = mounted.route.body ? { body: {} } : {}
      const call = { as: caller(almighty, mounted), params, ...body }
      const code = await codeOf(await send(mounted, call))
      if (isForKeys(mounted)) expect(FORBIDDEN).not.toContain(code)
      else expect(['forbidden', 'session_required']).toContain(code)
    }),
  )

  it.each(guarded)('without the scope: %s is refused', (id, mounted) =>
    withExample(house, id, async (example) => {
      const response = await send(mounted, example, { as: caller(narrow, mounted) })
      expect(await problemOf(response)).toMatchObject({ status: 403, code: 'forbidden' })
    }),
  )

  it.each(rootFields.map((field) => [field.name, field] as const))(
    'over GraphQL: %s is what it is over REST',
    (_, field) =>
      withExample(house, field.twin.route.operationId, async (example) => {
        const { params = {}, body } = example
        const call = { ...example, ...neverLike({ params, body }, house.made), headers: {} }
        const codeBy = async (of: typeof almighty, asked: Example) => {
          const { errors } = await answerOf(await ask(caller(of, field.twin), field, asked))
          return String(errors?.[0]?.extensions['code']).toLowerCase()
        }
        const code = await codeBy(almighty, call)
        if (isForKeys(field.twin)) expect(FORBIDDEN).not.toContain(code)
        else expect(['forbidden', 'session_required']).toContain(code)
        if (field.twin.route.access.kind === 'permission')
          expect(await codeBy(narrow, { ...example, headers: {} })).toBe('forbidden')
      }),
  )
})

async function codeOf(response: Response): Promise<string | undefined> {
  const text = await response.text()
  if (response.ok || text === '') return undefined
  const { code }: { code?: string } = JSON.parse(text)
  return code
}

import { beforeAll, describe, expect, it } from 'vitest'
import { serve } from '../../src/app/fetch.ts'
import type { MountedRoute } from '../../src/app/routes.ts'
import type { World } from '../support/world.ts'
import { contentsOf } from './support/database.ts'
import type { Example } from './support/example.ts'
import { type House, createHouse } from './support/house.ts'
import { operations, targetOf, withExample } from './support/operations.ts'
import { type Problem, comparable, faultsOf } from './support/problem.ts'
import { disguises, overriding, renaming, spellings } from './support/spellings.ts'

let house: House
/** Whom a stranger pretends to be. */
let mighty: string

beforeAll(async () => {
  house = await createHouse()
  mighty = (await house.operator()).userId ?? ''
  await house.as('super_admin')
})

const guarded = operations
  .filter(
    ({ route: { access } }) => access.kind === 'permission' || access.kind === 'authenticated',
  )
  .map((mounted) => [mounted.route.operationId, mounted] as const)

const worldOf = ({ route }: MountedRoute): World => (route.controlOnly ? house.control : house.home)

/** A request of nobody. */
interface Stranger {
  readonly method: string
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** The request as a client sends it: the URL is parsed, which takes dots, tabs and backslashes out. */
function parsed({ origin }: World, { method, target, headers, body }: Stranger): Request {
  return new Request(`${origin}${target}`, {
    method,
    headers: {
      'if-match': '*',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

/** The request with its target to the letter, as something before us may hand it on. */
function literal(world: World, stranger: Stranger): Request {
  return Object.defineProperty(parsed(world, stranger), 'url', {
    value: `${world.origin}${stranger.target}`,
  })
}

/** What is wrong with the refusals of a request, however its target is handed on. */
async function faultsIn(world: World, stranger: Stranger): Promise<string[]> {
  const faults: string[] = []
  for (const request of [parsed(world, stranger), literal(world, stranger)]) {
    const asked = `${request.method} ${request.url} ${JSON.stringify(stranger.headers)}`
    const response = await serve(world.isolate, request)
    const found = faultsOf(response, await response.text(), asked)
    faults.push(...found.map((fault) => `${fault} of ${response.status} to ${asked}`))
  }
  return faults
}

/** What the answer to a stranger says, without what is different in every answer. */
async function toldTo(world: World, stranger: Stranger): Promise<unknown> {
  const response = await serve(world.isolate, parsed(world, stranger))
  const text = await response.text()
  if (response.status < 400) return { status: response.status, text }
  const problem: Problem = JSON.parse(text)
  return comparable(problem)
}

/** A call that would succeed, were it not for the caller. */
function strangerTo(mounted: MountedRoute, { params = {}, body }: Example): Stranger {
  const { home } = house
  const target = targetOf(mounted, { as: home.anonymous, params })
  return { method: mounted.route.method.toUpperCase(), target, ...(body ? { body } : {}) }
}

/** Hands a call of nobody to the work and expects that it changes nothing. */
function asStranger(
  mounted: MountedRoute,
  work: (world: World, stranger: Stranger) => Promise<void>,
): Promise<void> {
  return withExample(house, mounted.route.operationId, async (example) => {
    const tenants = [house.home.tenantId, house.control.tenantId]
    const before = await contentsOf(tenants)
    await work(worldOf(mounted), strangerTo(mounted, example))
    expect(await contentsOf(tenants)).toBe(before)
  })
}

describe(`without a token, by ${Object.keys(spellings).length} spellings of its path`, () => {
  it.each(guarded)('%s is refused, whatever headers pretend', (_, mounted) =>
    asStranger(mounted, async (world, stranger) => {
      const faults: string[] = []
      for (const headers of [{}, ...disguises(mighty)]) {
        const plain = await toldTo(world, { ...stranger, headers })
        expect(plain, JSON.stringify(headers)).toMatchObject({ status: 401 })
        for (const spelled of [(path: string) => path, ...Object.values(spellings)]) {
          const target = spelled(stranger.target)
          faults.push(...(await faultsIn(world, { ...stranger, target, headers })))
        }
      }
      expect(faults).toEqual([])
    }),
  )
})

describe('a header that names another path or method', () => {
  it.each(guarded)('leads no request to %s', (_, mounted) =>
    asStranger(mounted, async (world, stranger) => {
      const { method, target } = stranger
      const headers = { ...renaming(target), ...overriding(method) }
      const carriers: Stranger[] = [
        { method: 'GET', target: '/health/live' },
        { method: 'POST', target: '/health/live' },
        { method: 'GET', target },
        { method: 'POST', target },
      ]
      for (const carrier of carriers) {
        const told = await toldTo(world, { ...carrier, headers })
        expect(told, carrier.method).toEqual(await toldTo(world, carrier))
      }
    }),
  )
})

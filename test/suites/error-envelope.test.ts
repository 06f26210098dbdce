import { beforeAll, describe, expect, it } from 'vitest'
import type { MountedRoute } from '../../src/app/routes.ts'
import { limits } from '../../src/kernel/limits.ts'
import type { Client } from '../support/world.ts'
import { type House, createHouse } from './support/house.ts'
import { parametersFor } from './support/never.ts'
import { mightiest, operations, send, targetOf, withExample } from './support/operations.ts'
import { type Problem, problemOf } from './support/problem.ts'
import { bodyFields } from './support/schemas.ts'

let house: House

beforeAll(async () => {
  house = await createHouse()
})

const named = (list: readonly MountedRoute[]) =>
  list.map((mounted) => [mounted.route.operationId, mounted] as const)
const bodied = named(operations.filter(({ route }) => route.body))

/** Sends a request of the mightiest caller to an operation, to things that are not there. */
async function refuse(
  mounted: MountedRoute,
  change: { body?: string; query?: string; headers?: Record<string, string | undefined> },
): Promise<Problem> {
  const as = await mightiest(house, mounted)
  const { route, path } = mounted
  const target = targetOf(mounted, { as, params: parametersFor(path) })
  const headers = {
    ...(route.body ? { 'content-type': 'application/json' } : {}),
    ...(route.ifMatch ? { 'if-match': '*' } : {}),
    ...change.headers,
  }
  const response = await as.fetch(route.method.toUpperCase(), `${target}${change.query ?? ''}`, {
    ...(change.body === undefined ? {} : { body: change.body }),
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
    ),
  })
  return problemOf(response, `${route.operationId} ${JSON.stringify(change).slice(0, 200)}`)
}

const pointers = ({ errors = [] }: Problem) => errors.map(({ pointer }) => pointer)

describe('a body that is not what the operation takes', () => {
  const malformed = [
    '',
    '{',
    '{"a":1,}',
    "{'a':1}",
    'NaN',
    '\uFEFF{}',
    '{"a":1}{"b":2}',
    '{"a":1,"a":2}',
    '['.repeat(65) + ']'.repeat(65),
    '['.repeat(20_000),
    '"\u0001"',
    '\u0000',
  ]

  it.each(bodied)('%s refuses what is not JSON', async (_, mounted) => {
    for (const body of malformed) {
      expect(await refuse(mounted, { body })).toMatchObject({ status: 400, code: 'bad_request' })
    }
  })

  it.each(bodied)('%s refuses other media types', async (_, mounted) => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=utf-16',
      '',
    ]) {
      const problem = await refuse(mounted, { body: '{}', headers: { 'content-type': type } })
      expect(problem).toMatchObject({ status: 415, code: 'unsupported_media_type' })
    }
  })

  it.each(bodied)('%s refuses JSON that is no object', async (_, mounted) => {
    for (const body of ['null', '[]', '"x"', '1', 'true']) {
      expect(await refuse(mounted, { body })).toMatchObject({ status: 422, code: 'invalid_input' })
    }
  })

  it.each(bodied)('%s refuses a body that is larger than its limit', async (_, mounted) => {
    const limit = mounted.route.bodyLimit ?? limits.body.json
    const body = JSON.stringify({ text: 'x'.repeat(limit) })
    expect(await refuse(mounted, { body })).toMatchObject({ status: 413 })
  })

  it.each(bodied)('%s names a member that it does not know', async (_, mounted) => {
    const problem = await refuse(mounted, { body: '{"surprise":1}' })
    expect(problem.status).toBe(422)
    expect(pointers(problem)).toContain('/surprise')
  })

  it.each(bodied)('%s names a member of the wrong type', async (_, mounted) => {
    for (const { name, wrong } of bodyFields(mounted)) {
      for (const value of wrong) {
        const problem = await refuse(mounted, { body: JSON.stringify({ [name]: value }) })
        expect(problem.status).toBe(422)
        const about = `${name}: ${JSON.stringify(value)}`
        expect(
          pointers(problem).some((pointer) => pointer.startsWith(`/${name}`)),
          about,
        ).toBe(true)
      }
    }
  })
})

describe('a header that the operation cannot go by', () => {
  it.each(named(operations))(
    '%s refuses a client that accepts none of its media',
    async (_, mounted) => {
      const media = mounted.route.success.media ?? 'application/json'
      for (const accept of ['image/png', `${media};q=0`, 'image/*, video/mp4;q=0.5', ';;;']) {
        expect(await refuse(mounted, { headers: { accept } })).toMatchObject({ status: 406 })
      }
    },
  )

  const versioned = named(operations.filter(({ route }) => route.ifMatch === 'required'))

  it.each(versioned)('%s asks for If-Match and reads it', (id, mounted) =>
    withExample(house, id, async (example) => {
      const target = targetOf(mounted, example)
      const { body } = example
      const bare = await example.as.fetch(mounted.route.method.toUpperCase(), target, { body })
      expect(await problemOf(bare)).toMatchObject({ status: 428, code: 'precondition_required' })
      for (const value of ['abc', '"open', '*, "1"', '""x', '']) {
        const response = await send(mounted, example, { headers: { 'if-match': value } })
        expect(await problemOf(response, value)).toMatchObject({ status: 400 })
      }
    }),
  )

  it.each(versioned)('%s refuses a version that is not the last', (id, mounted) =>
    withExample(house, id, async (example) => {
      for (const tag of ['"999999.abc"', 'W/"1.abc"', '"abc"', '"0"', '"999999999999999999"']) {
        const response = await send(mounted, example, { headers: { 'if-match': tag } })
        expect(await problemOf(response, tag)).toMatchObject({ status: 412 })
      }
    }),
  )

  const keyed = named(
    operations.filter(({ route }) => route.method !== 'get' && route.idempotency !== 'none'),
  )

  it.each(keyed)('%s refuses an idempotency key that is too long or empty', async (_, mounted) => {
    for (const key of ['x'.repeat(256), '\u00e9', '']) {
      const problem = await refuse(mounted, { body: '{}', headers: { 'idempotency-key': key } })
      expect(problem).toMatchObject({ status: 400 })
    }
  })

  const reading = ({ route }: MountedRoute) =>
    route.access.kind !== 'open' && route.credentials !== 'ignored'
  const guarded = named(operations.filter(reading))

  it.each(guarded)('%s refuses credentials that are none', async (_, mounted) => {
    for (const authorization of ['Basic YTpi', 'Bearer', 'Bearer x.y.z', 'bearer', 'Digest a']) {
      const problem = await refuse(mounted, { headers: { authorization } })
      expect(problem).toMatchObject({ status: 401, code: 'unauthenticated' })
    }
  })
})

describe('a target that is not there', () => {
  // Readers and campaigns add parameters of their own to the address of a feed.
  const feeds = new Set(['getRssFeed', 'getAtomFeed', 'getJsonFeed'])
  const filtered = named(
    operations.filter(({ route }) => route.query && !feeds.has(route.operationId)),
  )

  it.each(filtered)('%s refuses query parameters that it does not know', async (_, mounted) => {
    expect(await refuse(mounted, { query: '?surprise=1' })).toMatchObject({ status: 422 })
    expect(await refuse(mounted, { query: '?locale=en&locale=de' })).toMatchObject({ status: 400 })
    const long = `?surprise=${'x'.repeat(limits.url.query)}`
    expect(await refuse(mounted, { query: long })).toMatchObject({ status: 400 })
  })

  const placed = operations.filter(({ path }) => path.includes('{'))

  it.each(named(placed))('%s finds nothing under a name that cannot be one', async (_, mounted) => {
    const as = await mightiest(house, mounted)
    for (const name of [
      '%00',
      'x'.repeat(300),
      '%F0%28',
      '..%2f..%2fetc',
      "1'--",
      '%E2%80%AE',
      '*',
    ]) {
      const path = mounted.path.replaceAll(/\{\w+\}/g, name)
      const { method, body, ifMatch } = mounted.route
      const response = await as.fetch(method.toUpperCase(), path, {
        ...(body ? { body: {} } : {}),
        headers: ifMatch ? { 'if-match': '*' } : {},
      })
      expect([400, 404, 422]).toContain((await problemOf(response, `${method} ${path}`)).status)
    }
  })

  it.each([
    '/',
    '/api',
    '/api/v1',
    '/api/v2/blog/posts',
    '/api/v1/blog',
    '/api/v1/blog/posts/',
    '/api//v1/blog/posts',
    '/API/V1/blog/posts',
    '/.env',
    '/_dev/nothing',
  ])('%s is nothing', async (path) => {
    const client: Client = await house.as('super_admin')
    expect(await problemOf(await client.fetch('GET', path))).toMatchObject({ status: 404 })
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import { errorCatalogue } from '../../src/app/catalogue.ts'
import { systemRoutes } from '../../src/app/http/system.ts'
import { modules } from '../../src/app/modules.ts'
import { type House, createHouse } from './support/house.ts'
import { parametersFor } from './support/never.ts'
import { mightiest, operations, send, targetOf, withExample } from './support/operations.ts'
import { problemOf } from './support/problem.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'QUERY']

/** Headers that tell of the one request and not of the resource. */
const OF_REQUEST = ['server-timing', 'ratelimit', 'x-request-id', 'traceresponse', 'date']

/** Reads whose answer holds a signature of the second it was asked for. */
const SIGNED_ANEW = ['linkTransferFile']

let house: House

beforeAll(async () => {
  house = await createHouse()
})

/** Every path of the deployment with the methods that it knows. */
function methodsByPath(): Map<string, Set<string>> {
  const paths = new Map<string, Set<string>>()
  const add = (path: string, method: string) =>
    paths.set(path, (paths.get(path) ?? new Set()).add(method.toUpperCase()))
  for (const { path, route } of operations) add(path, route.method)
  for (const { path, method } of systemRoutes) add(path, method)
  for (const methods of paths.values()) if (methods.has('GET')) methods.add('HEAD')
  return paths
}

const paths = [...methodsByPath()].map(([path, methods]) => ({ path, methods }))

/** A target of a path, with something in the place of its parameters. */
function anyTarget(path: string): string {
  if (path.startsWith('/assets/')) return '/assets/nothing.js'
  if (path.startsWith('/problems/')) return '/problems/nothing'
  return path.replaceAll(/\{(\w+)\}/g, (mark) => parametersFor(mark)[mark.slice(1, -1)] ?? '')
}

function listed(header: string | null): string[] {
  return (header ?? '').split(', ').toSorted()
}

describe('a method that a path does not know', () => {
  it.each(paths)(
    'is refused at $path, and Allow says which it knows',
    async ({ path, methods }) => {
      const allow = [...methods, 'OPTIONS'].toSorted()
      for (const method of METHODS.filter((name) => !methods.has(name))) {
        const response = await house.home.anonymous.fetch(method, anyTarget(path))
        expect(listed(response.headers.get('allow')), method).toEqual(allow)
        // A HEAD has no body to read; its status and Allow say the same.
        if (method === 'HEAD') expect(response.status).toBe(405)
        else expect(await problemOf(response, method)).toMatchObject({ status: 405 })
      }
      const options = await house.home.anonymous.fetch('OPTIONS', anyTarget(path))
      expect(options.status).toBe(204)
      expect(listed(options.headers.get('allow'))).toEqual(allow)
    },
  )
})

describe('reading', () => {
  const reads = operations
    .filter(({ route }) => route.method === 'get')
    .map((mounted) => [mounted.route.operationId, mounted] as const)

  const steady = reads.filter(([id]) => !SIGNED_ANEW.includes(id))

  it.each(steady)('%s answers HEAD as GET, without the body', (id, mounted) =>
    withExample(house, id, async (example) => {
      const full = await send(mounted, example)
      const head = await example.as.fetch('HEAD', targetOf(mounted, example))
      expect(full.status, await full.text()).toBe(200)
      expect(head.status).toBe(200)
      expect(await head.text()).toBe('')
      expect(headersOf(head)).toEqual(headersOf(full))
    }),
  )

  it.each(steady)('%s answers 304 to a client that has it', (id, mounted) =>
    withExample(house, id, async (example) => {
      const full = await send(mounted, example)
      const etag = full.headers.get('etag') ?? ''
      expect(etag).toMatch(/^"[\x21\x23-\x7e]+"$/)
      for (const given of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const again = await send(mounted, example, { headers: { 'if-none-match': given } })
        expect(again.status, given).toBe(304)
        expect(await again.text()).toBe('')
        for (const name of ['etag', 'cache-control', 'vary']) {
          expect(again.headers.get(name), name).toBe(full.headers.get(name))
        }
      }
      for (const given of ['"other"', 'no tag', '']) {
        const again = await send(mounted, example, { headers: { 'if-none-match': given } })
        expect(again.status, given).toBe(200)
      }
    }),
  )

  it.each(reads)('%s is kept by no shared cache when somebody is signed in', (id, mounted) =>
    withExample(house, id, async (example) => {
      const as = await mightiest(house, mounted)
      if (mounted.route.access.kind === 'open') return
      const control = (await send(mounted, example, { as })).headers.get('cache-control') ?? ''
      expect(control).toMatch(/private|no-store/)
    }),
  )
})

describe('a refusal', () => {
  it.each(errorCatalogue(modules))(
    'leads to a page about $code',
    async ({ code, status, title }) => {
      const told = await house.home.anonymous.json('GET', `/problems/${code}`)
      expect(told).toEqual({ code, status, title })
    },
  )

  it('is kept by no cache', async () => {
    const response = await house.home.anonymous.fetch('GET', '/api/v1/nothing')
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('has a code that no other has', () => {
    const codes = modules.flatMap(({ errors, routes }) => [
      ...Object.values(errors),
      ...routes.flatMap((route) => route.errors ?? []),
    ])
    const titles = new Map<string, string>()
    for (const { code, status, title } of codes) {
      const said = `${status} ${title}`
      expect(titles.get(code) ?? said).toBe(said)
      titles.set(code, said)
    }
  })
})

function headersOf({ headers }: Response): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !OF_REQUEST.includes(name)))
}

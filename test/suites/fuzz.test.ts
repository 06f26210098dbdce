/// <reference types="vite/types/importMeta.d.ts" />
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { serve } from '../../src/app/fetch.ts'
import type { Client } from '../support/world.ts'
import { rootFields } from './support/fields.ts'
import { type FuzzedRequest, fuzzedQuery, fuzzedRequest } from './support/fuzz.ts'
import { type House, createHouse } from './support/house.ts'
import { operations, withExample } from './support/operations.ts'
import { faultsOf, leaksOf } from './support/problem.ts'

const REQUESTS = 10_000
const QUERIES = 1_000
const MOST_MILLISECONDS = 5_000

/** Another one may be given as VITE_SEED. */
const SEED = Number(import.meta.env['VITE_SEED'] ?? 20_261_122)

/** Operations without input, which would take the others their session or their module. */
const LEFT_OUT = ['logout', 'disableTenantModule']

let house: House
let callers: readonly Client[]

beforeAll(async () => {
  house = await createHouse()
  callers = [
    house.home.anonymous,
    ...(await Promise.all(
      (['admin', 'manager', 'customer'] as const).map((role) => house.as(role)),
    )),
    await house.operator(),
  ]
})

/** Operations that hash a password, which costs more than a hundred requests do. */
const COSTLY = ['login', 'register', 'createUser', 'createTenantAdministrator']

/** Requests to every operation, an equal number to each but the costly ones, in a mixed order. */
async function requests(): Promise<FuzzedRequest[]> {
  const fuzzed = operations.filter(({ route }) => !LEFT_OUT.includes(route.operationId))
  const each = Math.ceil(REQUESTS / (fuzzed.length - COSTLY.length))
  const lists: FuzzedRequest[][] = []
  for (const mounted of fuzzed) {
    const arbitrary = await withExample(house, mounted.route.operationId, async (example) =>
      fuzzedRequest(mounted, example, callers.length),
    )
    const numRuns = COSTLY.includes(mounted.route.operationId) ? 20 : each
    lists.push(fc.sample(arbitrary, { seed: SEED, numRuns }))
  }
  return Array.from({ length: each }, (_, index) => lists.flatMap((list) => list[index] ?? []))
    .flat()
    .slice(0, REQUESTS)
}

async function send({ method, target, headers, body, caller }: FuzzedRequest): Promise<Response> {
  const client = callers[caller]
  const isOperator = client === callers.at(-1)
  const world = isOperator ? house.control : house.home
  const all = new Headers()
  if (client?.token !== undefined) all.set('authorization', `Bearer ${client.token}`)
  for (const [name, value] of headers) all.set(name, value)
  const init = { method, headers: all, ...(body === undefined ? {} : { body }) }
  return serve(world.isolate, new Request(new URL(target, world.origin), init))
}

it(`${REQUESTS} fuzzed requests meet no fault of ours, with seed ${SEED}`, async () => {
  const statuses = new Map<number, number>()
  for (const request of await requests()) {
    const start = performance.now()
    const response = await send(request)
    const text = await response.text()
    const isSlow = performance.now() - start > MOST_MILLISECONDS
    const asked = JSON.stringify(request)
    const faults = response.status < 400 ? [] : faultsOf(response, text, asked)
    // A call of expect for each would cost more than the requests.
    if (isSlow || faults.length > 0) expect.fail(`${faults.join()} of ${asked} answered ${text}`)
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
  }
  // The requests go deep: many are understood, and all kinds of refusals are met.
  expect(statuses.get(200) ?? 0).toBeGreaterThan(REQUESTS / 20)
  for (const status of [400, 401, 403, 404, 405, 406, 415, 422]) {
    expect(statuses.get(status) ?? 0, String(status)).toBeGreaterThan(0)
  }
  const health = await house.home.anonymous.fetch('GET', '/health/ready')
  expect(health.status).toBe(200)
}, 180_000)

it(`${QUERIES} fuzzed GraphQL requests meet no fault of ours, with seed ${SEED}`, async () => {
  const fields = rootFields.filter(({ name }) => !LEFT_OUT.includes(name))
  const each = Math.ceil(QUERIES / fields.length)
  let understood = 0
  for (const field of fields) {
    const arbitrary = await withExample(house, field.twin.route.operationId, async (example) =>
      fuzzedQuery(field, example),
    )
    for (const [index, body] of fc.sample(arbitrary, { seed: SEED, numRuns: each }).entries()) {
      const client = callers[index % callers.length] ?? house.home.anonymous
      const response = await client.fetch('POST', '/graphql', { body })
      const text = await response.text()
      const about = `${body} answered ${response.status}: ${text}`
      expect(response.status, about).toBeLessThan(500)
      expect(leaksOf(text, body), about).toEqual([])
      expect(text, about).not.toContain('"code":"INTERNAL"')
      if (response.status === 200 && !text.includes('"errors"')) understood += 1
    }
  }
  expect(understood).toBeGreaterThan(QUERIES / 20)
}, 60_000)

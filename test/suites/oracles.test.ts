import { beforeAll, describe, expect, it } from 'vitest'
import type { MountedRoute } from '../../src/app/routes.ts'
import type { Client } from '../support/world.ts'
import type { Example } from './support/example.ts'
import { type RootField, argumentsOf, documentOf, rootFields } from './support/fields.ts'
import { type House, createHouse, makePost } from './support/house.ts'
import { pagedLists, wholeLists } from './support/lists.ts'
import { operationNamed, operations, send, targetOf, withExample } from './support/operations.ts'
import { HIDDEN_FIELDS, graphqlForms, queryForms, withAddition } from './support/oracles.ts'
import { faultsOf, leaksOf } from './support/problem.ts'
import { schemaOf } from './support/schemas.ts'

let house: House

beforeAll(async () => {
  house = await createHouse()
  // Two users with hashes of their own, whose order an answer would tell.
  for (let count = 0; count < 2; count++) {
    const { status } = await withExample(house, 'createUser', (example) =>
      send(operationNamed('createUser'), example),
    )
    if (status !== 201) throw new Error(`a user was answered ${status}`)
  }
})

/** Every operation that answers items, in pages or all at once. */
const lists = operations.filter(({ route: { success } }) => {
  const properties = success.schema && schemaOf(success.schema).properties
  return properties?.['items'] !== undefined
})
const named = lists.map((mounted) => [mounted.route.operationId, mounted] as const)
const namedFields = rootFields
  .filter(({ twin }) => lists.includes(twin))
  .map((field) => [field.name, field] as const)

/** A call of a list that has items. Throws for a list that nobody has an entry for. */
async function exampleOf(id: string): Promise<Example> {
  if (id === 'getRelatedPosts') return relatedPosts()
  const list = pagedLists[id] ?? wholeLists[id]
  if (!list) throw new Error(`${id} needs an entry in test/suites/support/lists.ts`)
  for (let count = 0; list.add && count < 3; count++) await list.add(house)
  return { as: await list.as(house), params: (await list.params?.(house)) ?? {} }
}

async function relatedPosts(): Promise<Example> {
  const wish = { publish: true, body: { tags: [house.name()] } }
  const { id } = await makePost(house, wish)
  for (let count = 0; count < 3; count++) await makePost(house, wish)
  return { as: house.home.anonymous, params: { id } }
}

/** What an answer of a list tells. */
interface Told {
  readonly status: number
  readonly text: string
  readonly faults: readonly string[]
}

async function toldTo(as: Client, target: string): Promise<Told> {
  const response = await as.fetch('GET', target)
  const text = await response.text()
  const faults = response.status < 400 ? [] : faultsOf(response, text, target)
  return { status: response.status, text, faults }
}

/** Every query that tells something: an answer that is neither refused nor the plain one. */
async function oraclesOf(
  { as, ...example }: Example,
  mounted: MountedRoute,
  queries: readonly string[],
): Promise<string[]> {
  const target = targetOf(mounted, { as, ...example })
  const plain = await toldTo(as, target)
  expect(plain.status, plain.text).toBe(200)
  const { items }: { items: readonly unknown[] } = JSON.parse(plain.text)
  expect(items.length, 'items of the plain answer').toBeGreaterThan(1)
  const oracles: string[] = []
  for (const query of queries) {
    const { status, text, faults } = await toldTo(as, `${target}${mark(target)}${query}`)
    if (status === 200 && text === plain.text) continue
    if (status < 400 || faults.length > 0) oracles.push(`${query} is answered ${status}: ${text}`)
  }
  return oracles
}

const mark = (target: string): string => (target.includes('?') ? '&' : '?')

/** What makes a parameter of another name, which parsers of query strings take for the first. */
const OPERATORS = ['[$ne]=~', '[]=~', '[0]=~', '[$regex]=^~', '.not=~', '__gt=~', '%00=~']

/** Every form with every field. */
function crossed<Form>(forms: Readonly<Record<string, (field: string) => Form>>): Form[] {
  return Object.values(forms).flatMap((form) => HIDDEN_FIELDS.map((field) => form(field)))
}

const count = (forms: object): string =>
  `${Object.keys(forms).length} forms by ${HIDDEN_FIELDS.length} fields`

describe(`a list, asked in ${count(queryForms)} that it does not show`, () => {
  it.each(named)('%s refuses or answers as ever', async (id, mounted) => {
    expect(await oraclesOf(await exampleOf(id), mounted, crossed(queryForms))).toEqual([])
  })

  it.each(named)('%s takes no operators in the parameters that it knows', async (id, mounted) => {
    const { query } = mounted.route
    const names = Object.keys((query && schemaOf(query).properties) ?? {})
    const queries = names.flatMap((name) => OPERATORS.map((operator) => `${name}${operator}`))
    expect(await oraclesOf(await exampleOf(id), mounted, queries)).toEqual([])
  })
})

/** What is wrong with the answer to a document that asks for what is hidden. */
async function faultOf(as: Client, body: object): Promise<string | undefined> {
  const response = await as.fetch('POST', '/graphql', { body })
  const text = await response.text()
  const { data, errors }: { data?: unknown; errors?: unknown } = JSON.parse(text)
  const isRefused = (data ?? null) === null && Array.isArray(errors) && response.status < 500
  const isClean = leaksOf(text, JSON.stringify(body)).length === 0 && !text.includes('"INTERNAL"')
  return isRefused && isClean
    ? undefined
    : `${JSON.stringify(body)} is answered ${response.status}: ${text}`
}

/** The document of a list and its variables, which is answered without errors. */
async function plainOf(
  field: RootField,
  example: Example,
): Promise<{ readonly query: string; readonly variables: Readonly<Record<string, unknown>> }> {
  const variables = argumentsOf(field, example)
  const query = documentOf(field, variables)
  const answer = await example.as.graphql<Record<string, unknown>>(query, variables)
  expect(answer).not.toHaveProperty('errors')
  return { query, variables }
}

describe(`a list over GraphQL, asked in ${count(graphqlForms)} that it does not show`, () => {
  it.each(namedFields)('%s refuses', async (_, field) => {
    const example = await exampleOf(field.twin.route.operationId)
    const { query, variables } = await plainOf(field, example)
    const faults: (string | undefined)[] = []
    for (const addition of crossed(graphqlForms)) {
      const document = withAddition(query, addition)
      expect(document).not.toBe(query)
      faults.push(await faultOf(example.as, { query: document, variables }))
    }
    expect(faults.filter(Boolean)).toEqual([])
  })

  it.each(namedFields)('%s takes no operators in the arguments that it knows', async (_, field) => {
    const example = await exampleOf(field.twin.route.operationId)
    const { variables } = await plainOf(field, example)
    const faults: (string | undefined)[] = []
    for (const { name } of field.field.args) {
      for (const value of [{ $ne: null }, { not: '' }, [{ gt: '' }]]) {
        const spoiled = { ...variables, [name]: value }
        const query = documentOf(field, spoiled)
        faults.push(await faultOf(example.as, { query, variables: spoiled }))
      }
    }
    expect(faults.filter(Boolean)).toEqual([])
  })
})

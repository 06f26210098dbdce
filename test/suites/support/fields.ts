import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isObjectType,
  isRequiredArgument,
} from 'graphql'
import { buildSchema } from '../../../src/app/graphql/schema.ts'
import type { MountedRoute } from '../../../src/app/routes.ts'
import type { Client } from '../../support/world.ts'
import type { Example } from './example.ts'
import { operations } from './operations.ts'

/** A field of the query or of the mutation type, with the REST operation that does the same. */
export interface RootField {
  readonly kind: 'query' | 'mutation'
  readonly name: string
  readonly field: GraphQLField<unknown, unknown>
  readonly twin: MountedRoute
}

/** What a GraphQL request answers, with the round trips that it cost. */
export interface GraphqlAnswer {
  readonly data: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly {
    readonly message: string
    readonly extensions: Readonly<Record<string, unknown>>
  }[]
}

const schema = buildSchema()

/** Every root field of the schema. */
export const rootFields: readonly RootField[] = [
  ...Object.values(schema.getQueryType()?.getFields() ?? {}).map((field) => root('query', field)),
  ...Object.values(schema.getMutationType()?.getFields() ?? {}).map((field) =>
    root('mutation', field),
  ),
]

function root(kind: RootField['kind'], field: GraphQLField<unknown, unknown>): RootField {
  const pascal = field.name.charAt(0).toUpperCase() + field.name.slice(1)
  const names = [field.name, `get${pascal}`, `list${pascal}`]
  const twin = operations.find(({ route }) => names.includes(route.operationId))
  if (!twin) throw new Error(`no REST operation does what the field ${field.name} does`)
  return { kind, name: field.name, field, twin }
}

/** The arguments of a field for the same call as over REST. */
export function argumentsOf({ field }: RootField, example: Example): Record<string, unknown> {
  const body = recordOf(example.body)
  const params = recordOf(example.params)
  const given: Record<string, unknown> = {
    ...example.query,
    ...params,
    ...body,
    id: params['id'] ?? params['tenantId'],
    input: body['names'] === undefined ? body : { ...body, names: namesOf(body['names']) },
    settingsJson: body['settings'] === undefined ? undefined : JSON.stringify(body['settings']),
    version: example.version,
  }
  const entries = field.args.flatMap((argument) => {
    const value = valueOf(argument, given[argument.name])
    return value === undefined ? [] : [[argument.name, value] as const]
  })
  return Object.fromEntries(entries)
}

/** A GraphQL enum has names of its own for the values of REST. */
function valueOf(argument: GraphQLArgument, value: unknown): unknown {
  const type = getNamedType(argument.type)
  if (value === undefined && isRequiredArgument(argument)) {
    throw new Error(`the example of REST says nothing for the argument ${argument.name}`)
  }
  if (!isEnumType(type) || value === undefined) return value
  return type.getValues().find((entry) => entry.value === value)?.name
}

function namesOf(names: unknown): { locale: string; name: unknown }[] {
  return Object.entries(recordOf(names)).map(([locale, name]) => ({ locale, name }))
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** How the field is asked for. */
export type Spelling = 'plain' | 'alias' | 'fragment'

/** A document that asks for the field with everything below it, its arguments as variables. */
export function documentOf(
  { kind, name, field }: RootField,
  args: Readonly<Record<string, unknown>>,
  spelling: Spelling = 'plain',
): string {
  const used = field.args.filter((argument) => argument.name in args)
  const variables = used.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(', ')
  const passed = used.map((argument) => `${argument.name}: $${argument.name}`).join(', ')
  const call = `${name}${passed === '' ? '' : `(${passed})`}${selectionOf(field.type)}`
  const declared = variables === '' ? '' : `(${variables})`
  const type = kind === 'query' ? 'Query' : 'Mutation'
  if (spelling === 'alias') return `${kind} Q${declared} { other: ${call} }`
  if (spelling === 'fragment') {
    return `${kind} Q${declared} { ...F } fragment F on ${type} { ${call} }`
  }
  return `${kind} Q${declared} { ${call} }`
}

/** Everything of a type that needs no argument, to a depth of four. */
function selectionOf(type: GraphQLOutputType, depth = 4): string {
  const named = getNamedType(type)
  if (!isObjectType(named)) return ''
  const inner = Object.values(named.getFields())
    .filter((field) => !field.args.some(isRequiredArgument))
    .filter((field) => depth > 1 || !isObjectType(getNamedType(field.type)))
    .map((field) => `${field.name}${selectionOf(field.type, depth - 1)}`)
  return ` { ${inner.join(' ')} }`
}

/** Asks for the field. */
export function ask(
  client: Client,
  rootField: RootField,
  example: Example,
  options: { readonly spelling?: Spelling; readonly headers?: Record<string, string> } = {},
): Promise<Response> {
  const variables = argumentsOf(rootField, example)
  const query = documentOf(rootField, variables, options.spelling)
  return client.fetch('POST', '/graphql', {
    body: { query, variables },
    headers: { ...example.headers, ...options.headers },
  })
}

/** What the field of an answer says; throws when the request itself was refused. */
export async function answerOf(response: Response): Promise<GraphqlAnswer> {
  const text = await response.text()
  if (response.status !== 200) throw new Error(`GraphQL answered ${response.status}: ${text}`)
  return JSON.parse(text)
}

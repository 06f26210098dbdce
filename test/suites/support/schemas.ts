import * as z from 'zod'
import type { MountedRoute } from '../../../src/app/routes.ts'

/** JSON Schema as far as the suites read it. */
export interface JsonSchema {
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
}

/** A member of a body with values that it cannot have. */
export interface BodyField {
  readonly name: string
  readonly schema: JsonSchema
  readonly wrong: readonly unknown[]
}

/** The schema of a body as a client must fill it. */
export function schemaOf(schema: z.ZodType): JsonSchema {
  // -- what zod writes is JSON Schema; its own type allows members that are undefined
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  return { ...resolved(root, root), ...(root.$defs ? { $defs: root.$defs } : {}) }
}

/** The members of a body that hold an id. */
export function idFields(mounted: MountedRoute): string[] {
  return bodyFields(mounted).flatMap(({ name, schema }) =>
    JSON.stringify(schema).includes('"format":"uuid"') ? [name] : [],
  )
}

/** The members of an operation's body. */
export function bodyFields({ route }: MountedRoute): BodyField[] {
  if (!route.body) return []
  const body = schemaOf(route.body)
  if (body.type !== 'object') throw new Error(`the body of ${route.operationId} is no object`)
  return Object.entries(body.properties ?? {}).map(([name, declared]) => {
    const schema = resolved(declared, body)
    return { name, schema, wrong: wrongFor(schema, body) }
  })
}

function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const name = /^#\/\$defs\/(.+)$/.exec(schema.$ref ?? '')?.[1]
  return (name === undefined ? undefined : root.$defs?.[name]) ?? schema
}

/** One value of every JSON type that the schema does not take. */
function wrongFor(schema: JsonSchema, root: JsonSchema): unknown[] {
  const taken = typesOf(schema, root)
  // A schema without a type takes anything.
  if (taken.size === 0) return []
  const values: Readonly<Record<string, unknown>> = {
    string: 'x',
    number: 1.5,
    boolean: true,
    object: { surprise: 1 },
    array: [[]],
    null: null,
  }
  return Object.entries(values).flatMap(([type, value]) => (taken.has(type) ? [] : [value]))
}

function typesOf(schema: JsonSchema, root: JsonSchema): Set<string> {
  const { type, anyOf = [] } = resolved(schema, root)
  const types = new Set(anyOf.flatMap((part) => [...typesOf(part, root)]))
  if (type === 'integer') types.add('integer')
  else if (type !== undefined) types.add(type)
  return types
}

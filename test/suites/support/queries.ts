import type { MountedRoute } from '../../../src/app/routes.ts'
import { SLUG_PATTERN } from '../../../src/kernel/slug.ts'
import type { Example } from './example.ts'
import { namesOf } from './never.ts'
import { type JsonSchema, schemaOf } from './schemas.ts'

/** What the schema of a parameter says when its values name one thing. */
const NAMING = [
  '"format":"uuid"',
  '"format":"email"',
  `"pattern":${JSON.stringify(SLUG_PATTERN.source)}`,
]

function queryOf({ route }: MountedRoute): JsonSchema {
  return route.query ? schemaOf(route.query) : {}
}

/** The parameters of an operation's query that name one thing, by their schema or their name. */
export function idParameters(mounted: MountedRoute): string[] {
  return Object.entries(queryOf(mounted).properties ?? {}).flatMap(([name, schema]) => {
    const text = JSON.stringify(schema)
    const isNaming = /(^i|I)d$/.test(name) || NAMING.some((mark) => text.includes(mark))
    return isNaming ? [name] : []
  })
}

/**
 * The call with each parameter of its query that names something made, alone: filters that stand
 * together hide one another. What the operation requires stays.
 */
export function eachAlone(
  mounted: MountedRoute,
  example: Example,
  made: ReadonlySet<string>,
): Example[] {
  const { required = [] } = queryOf(mounted)
  const query = Object.entries(example.query ?? {})
  return query.flatMap(([name, value]) => {
    if (namesOf(value, made).length === 0) return []
    const kept = query.filter(([other]) => other === name || required.includes(other))
    return [{ ...example, query: Object.fromEntries(kept) }]
  })
}

import type { Finding } from './finding.ts'

/** JSON Schema as an object. */
type JsonSchema = Readonly<Record<string, unknown>>

/** Words that tell readers something and change nothing. */
const WORDS = new Set(['title', 'description', 'examples', 'default', 'additionalProperties'])

/**
 * How a payload's schema breaks what its version has promised: a field that is gone, that may be
 * absent, or that holds something else. Fields may be added.
 */
export function brokenPromises(golden: unknown, current: unknown, path = 'payload'): string[] {
  if (!isSchema(golden) || !isSchema(current))
    return JSON.stringify(golden) === JSON.stringify(current) ? [] : [`${path} is another`]
  const { properties: promised, required, items, ...rest } = golden
  const keywords = new Set([...Object.keys(rest), ...Object.keys(current)])
  const others = [...keywords].filter(
    (keyword) => !WORDS.has(keyword) && !['properties', 'required', 'items'].includes(keyword),
  )
  return [
    ...others
      .filter((keyword) => !isSame(golden[keyword], current[keyword]))
      .map((keyword) => `${path} has another ${keyword}`),
    ...fields(promised).flatMap(([name, schema]) => {
      const found = fields(current['properties']).find(([other]) => other === name)
      const field = `${path}.${name}`
      return found ? brokenPromises(schema, found[1], field) : [`${field} is gone`]
    }),
    ...namesIn(required)
      .filter((name) => !namesIn(current['required']).includes(name))
      .map((name) => `${path}.${name} may be absent`),
    ...(items === undefined ? [] : brokenPromises(items, current['items'], `${path}[]`)),
  ]
}

/** A declared type in its version, with the schema of its payload. */
export interface DeclaredEvent {
  readonly name: string
  readonly schema: JsonSchema
}

const SCHEMAS = 'test/golden/event-schemas'
const FIX_TYPE = 'Give the type a new version, with an upcast of the old one.'
const FIX_FILE = 'Run: node scripts/generate-golden-events.ts'

/**
 * Compares the declared types with the golden schemas, by `<type>.v<version>`: none may lose or
 * change what it has promised, and none may be without its file. `known` names the golden examples.
 */
export function goldenFindings(
  declared: readonly DeclaredEvent[],
  schemas: ReadonlyMap<string, JsonSchema>,
  known: ReadonlySet<string>,
): Finding[] {
  const types = new Set(declared.map(({ name }) => typeIn(name)))
  return [
    ...declared.flatMap(({ name, schema }): Finding[] => {
      const where = `${SCHEMAS}/${name}.json`
      const golden = schemas.get(name)
      if (!golden || !known.has(name)) return [{ where, what: 'is missing', fix: FIX_FILE }]
      const broken = brokenPromises(golden, schema)
      if (broken.length > 0) return broken.map((what) => ({ where, what, fix: FIX_TYPE }))
      const isWhole = brokenPromises(schema, golden).length === 0
      return isWhole ? [] : [{ where, what: 'lacks an added field', fix: FIX_FILE }]
    }),
    ...[...known]
      .filter((name) => !types.has(typeIn(name)))
      .map((name) => ({
        where: `test/golden/events/${name}.json`,
        what: 'is of a type that nobody declares',
        fix: 'A type is stable for ever: declare it again.',
      })),
  ]
}

function typeIn(name: string): string {
  return name.replace(/\.v\d+$/, '')
}

function isSame(golden: unknown, current: unknown): boolean {
  if (!Array.isArray(golden) || !Array.isArray(current))
    return JSON.stringify(golden) === JSON.stringify(current)
  const [one, other]: [unknown[], unknown[]] = [golden, current]
  return (
    one.length === other.length &&
    one.every((part, index) => brokenPromises(part, other[index]).length === 0)
  )
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fields(properties: unknown): [string, unknown][] {
  return isSchema(properties) ? Object.entries(properties) : []
}

function namesIn(required: unknown): string[] {
  return Array.isArray(required) ? required.map(String) : []
}

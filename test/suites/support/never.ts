import { isUuid } from '../../../src/kernel/ids.ts'

/** An id that was never given to anything. */
export const NEVER_ID = '01931f7e-0000-7000-8000-000000000000'
const NEVER_NAME = 'never-was'

/** Values of path parameters that lead to nothing, and to what every tenant has. */
const PARAMETERS: Readonly<Record<string, string>> = {
  id: NEVER_ID,
  tenantId: NEVER_ID,
  asset: NEVER_ID,
  file: '1',
  sessionId: NEVER_ID,
  name: 'never:was',
  slug: NEVER_NAME,
  source: NEVER_NAME,
  host: `${NEVER_NAME}.example`,
  locale: 'en',
  module: 'blog',
  provider: 'nobody',
  action: 'nothing',
  page: 'verify',
  preset: 'thumb',
}

/** Parameters for a path of an operation. Throws for a parameter that nobody has chosen a value for. */
export function parametersFor(path: string): Record<string, string> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  return Object.fromEntries(
    names.map((name) => {
      const value = PARAMETERS[name]
      if (value === undefined) {
        throw new Error(`the parameter ${name} needs a value in test/suites/support/never.ts`)
      }
      return [name, value]
    }),
  )
}

/** The value with every text of the set replaced by one like it that was never given to anything. */
export function neverLike<Value>(value: Value, made: ReadonlySet<string>): Value {
  // -- texts become texts and everything else keeps its shape
  return replaced(value, made) as Value
}

function replaced(value: unknown, made: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return made.has(value) ? likeIt(value) : value
  if (Array.isArray(value)) return value.map((item) => replaced(item, made))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, replaced(entry, made)]),
  )
}

function likeIt(text: string): string {
  if (isUuid(text)) return NEVER_ID
  if (/^[0-9a-f]{64}$/.test(text)) return '0'.repeat(64)
  if (text.includes('@')) return `${NEVER_NAME}@people.example`
  return text.endsWith('.example') ? `${NEVER_NAME}.example` : NEVER_NAME
}

/** Every text of the set that a value names. */
export function namesOf(value: unknown, made: ReadonlySet<string>): string[] {
  if (typeof value === 'string') return made.has(value) ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap((entry) => namesOf(entry, made))
}

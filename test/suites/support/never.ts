import { isUuid } from '../../../src/kernel/ids.ts'

/** An id that was never given to anything. */
export const NEVER_ID = '01931f7e-0000-7000-8000-000000000000'
const NEVER_NAME = 'never-was'

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
  return text.endsWith('.example') ? `${NEVER_NAME}.example` : NEVER_NAME
}

/** Every text of the set that a value names. */
export function namesOf(value: unknown, made: ReadonlySet<string>): string[] {
  if (typeof value === 'string') return made.has(value) ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap((entry) => namesOf(entry, made))
}

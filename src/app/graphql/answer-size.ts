import type { FormattedExecutionResult } from 'graphql'
import { refuseLimit, type Refusal } from './errors.ts'
import type { GraphqlLimits } from './limits.ts'
import type { PreparedOperation } from './documents.ts'

/**
 * Refuses data whose strings hold more characters than the limit. Aliases of one text share it until
 * the answer is written as JSON: refused before that, they take no memory.
 */
export function refuseText(
  { data }: FormattedExecutionResult,
  { type }: Pick<PreparedOperation, 'type'>,
  { text: max }: Pick<GraphqlLimits, 'text'>,
): Refusal | undefined {
  if (textLength(data, max) <= max) return undefined
  const done = type === 'mutation' ? 'The mutation is done. ' : ''
  return refuseLimit(
    'text',
    max,
    `${done}The answer holds more than ${max} characters. Ask for fewer texts.`,
  )
}

/** The characters of all strings in a value; of more than `max`, some number above it. */
function textLength(value: unknown, max: number): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 0
  let length = 0
  for (const child of Object.values(value)) {
    length += textLength(child, max - length)
    if (length > max) return length
  }
  return length
}

import type * as z from 'zod'
import { AppError, type FieldError, errors, invalid } from '../../../kernel/errors.ts'
import { JsonError, parseJson } from '../../../kernel/json.ts'
import { limits } from '../../../kernel/limits.ts'
import { fieldErrors } from '../../../kernel/parse.ts'
import type { Settings } from '../types.ts'

/**
 * Stored settings over the schema's defaults. A stored value that the schema refuses, as after a
 * release that narrowed it, gives way to its default and takes no other with it.
 */
export function settingsOver(
  schema: z.ZodType<Record<string, unknown>> | undefined,
  stored: Settings,
): Record<string, unknown> {
  if (!schema) return {}
  const parsed = schema.safeParse(stored)
  if (parsed.success) return parsed.data
  const refused = new Set(parsed.error.issues.flatMap(keysOf))
  const rest = Object.fromEntries(Object.entries(stored).filter(([key]) => !refused.has(key)))
  const again = schema.safeParse(rest)
  return again.success ? again.data : schema.parse({})
}

/**
 * The stored settings after a merge patch (RFC 7396) of whole keys: null goes back to the default.
 * Throws `invalid_input` for unknown keys and refused values.
 */
export function patchSettings(
  schema: z.ZodType<Record<string, unknown>> | undefined,
  stored: Settings,
  patch: Settings,
): Record<string, unknown> {
  const known = settingsOver(schema, {})
  const unknown = Object.keys(patch).filter((key) => !Object.hasOwn(known, key))
  if (unknown.length > 0)
    throw refused(unknown.map((key) => ({ pointer: pointerTo(key), detail: 'is not known' })))
  const merged = Object.fromEntries(
    Object.entries({ ...stored, ...patch }).filter(
      ([key, value]) => value !== null && Object.hasOwn(known, key),
    ),
  )
  const parsed = schema?.safeParse(merged)
  if (!parsed) return {}
  if (!parsed.success) {
    throw refused(fieldErrors(parsed.error, '/settings'))
  }
  return Object.fromEntries(Object.keys(merged).map((key) => [key, parsed.data[key]]))
}

/** Reads settings that came as JSON text; null when there is none. Throws `invalid_input`. */
export function parseSettings(text: string | null | undefined): unknown {
  if (text === null || text === undefined) return null
  try {
    return parseJson(text, limits.json.depth)
  } catch (error) {
    throw error instanceof JsonError ? invalid('/settingsJson', error.message) : error
  }
}

function keysOf(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0) return issue.keys
  return issue.path.slice(0, 1).map(String)
}

function pointerTo(key: string): string {
  return `/settings/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

function refused(faults: readonly FieldError[]): AppError {
  return new AppError(errors.invalidInput, { errors: faults.slice(0, 50) })
}

import * as z from 'zod'
import { AppError, type FieldError, errors } from './errors.ts'
import { JsonError, parseJson } from './json.ts'
import { limits } from './limits.ts'
import { idSchema } from './schemas.ts'

/**
 * Parses a value by a schema. Throws `invalid_input`, naming each wrong place by JSON pointer below
 * `prefix`.
 */
export function parseWith<Output>(schema: z.ZodType<Output>, value: unknown, prefix = ''): Output {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new AppError(errors.invalidInput, { errors: fieldErrors(parsed.error, prefix) })
}

/** Parses a JSON body; throws `bad_request` with the reason. */
export function parseBody(text: string): unknown {
  try {
    return parseJson(text, limits.json.depth)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new AppError(errors.badRequest, { detail: `The body ${error.message}.` })
  }
}

/** Parses the arguments of a GraphQL field; a null argument counts as left out. */
export function parseArguments<Output>(
  schema: z.ZodType<Output>,
  args: Readonly<Record<string, unknown>>,
): Output {
  return parseWith(schema, withoutNulls(args))
}

/** An object's members that are not null. */
export function withoutNulls(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null))
}

const targetSchema = z.object({ id: idSchema, version: z.int().optional() })

/** The thing that a GraphQL mutation changes, and the version that it replaces: any when left out. */
export function parseTarget(args: {
  readonly id: string
  readonly version?: number | null | undefined
}): { id: string; ifMatch: number | undefined } {
  const { id, version } = parseArguments(targetSchema, { id: args.id, version: args.version })
  return { id, ifMatch: version }
}

/** Zod's issues as field errors by JSON pointer; at most 50, of an object's unknown members 20. */
export function fieldErrors(error: z.ZodError, prefix: string): FieldError[] {
  const told = error.issues.slice(0, 50).flatMap((issue) => {
    const { code, path } = issue
    const at = (...more: string[]) =>
      [prefix, ...[...path, ...more].map((part) => escapePointer(String(part)))].join('/')
    if (issue.code !== 'unrecognized_keys')
      return { pointer: at(), detail: detailOf(issue.message), code }
    const unknown = issue.keys.slice(0, 20)
    return unknown.map((key) => ({ pointer: at(key), detail: 'is not known', code }))
  })
  return told.slice(0, 50)
}

/** Zod names a value that is not there by the word of the language. */
function detailOf(message: string): string {
  return message.endsWith('received undefined') ? 'is missing' : message
}

function escapePointer(part: string): string {
  return part.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')
}

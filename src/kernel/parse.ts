import * as z from 'zod'
import { AppError, type FieldError, errors } from './errors.ts'
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

/** Parses the arguments of a GraphQL field; a null argument counts as left out. */
export function parseArguments<Output>(
  schema: z.ZodType<Output>,
  args: Readonly<Record<string, unknown>>,
): Output {
  const given = Object.entries(args).filter(([, value]) => value !== null)
  return parseWith(schema, Object.fromEntries(given))
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

/** Zod's issues as field errors by JSON pointer; at most 50. */
export function fieldErrors(error: z.ZodError, prefix: string): FieldError[] {
  return error.issues.slice(0, 50).map((issue) => {
    const unknownKeys = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
    const path = [...issue.path, ...unknownKeys].map((part) => escapePointer(String(part)))
    return {
      pointer: [prefix, ...path].join('/'),
      detail: unknownKeys.length > 0 ? 'is not known' : detailOf(issue.message),
      code: issue.code,
    }
  })
}

/** Zod names a value that is not there by the word of the language. */
function detailOf(message: string): string {
  return message.endsWith('received undefined') ? 'is missing' : message
}

function escapePointer(part: string): string {
  return part.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')
}

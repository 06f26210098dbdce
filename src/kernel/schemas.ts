import * as z from 'zod'
import { isLocale } from './locale.ts'
import { limits } from './limits.ts'

/** An id: a lower-case UUID. */
export const idSchema = z
  .string()
  .regex(
    /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    'must be a UUID',
  )
  .meta({
    description: 'A UUID, lower case.',
    format: 'uuid',
    example: '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11',
  })

/** The path parameter of a single resource. */
export const idParams = z.strictObject({ id: idSchema })

/** An RFC 3339 instant of an answer. */
export const instant = z.string().meta({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })

/** An RFC 3339 instant of an input, as epoch milliseconds. */
export const instantInput = z.iso
  .datetime({ offset: true })
  .meta({ format: 'date-time', example: '2026-01-31T12:00:00Z' })

export const localeSchema = z
  .string()
  .max(35)
  .refine(isLocale, 'must be a language tag such as en or pt-BR')
  .meta({ description: 'A language tag (BCP 47).', example: 'en' })

/** A whole number within bounds, in a query in decimal digits; GraphQL gives the number itself. */
export function queryInteger(min: number, max: number) {
  const told = `must be a whole number from ${min} to ${max}, in decimal digits`
  const number = z.int(told).min(min).max(max)
  return z.preprocess(
    (text) => (typeof text === 'string' && /^(0|[1-9]\d*)$/.test(text) ? Number(text) : text),
    number,
  )
}

/** The size and the start of a page. */
export const pageQuery = z.strictObject({
  limit: queryInteger(1, limits.page.max)
    .default(limits.page.default)
    .meta({ description: 'Items a page.' }),
  cursor: z
    .string()
    .max(500)
    .optional()
    .meta({ description: 'The `nextCursor` of the page before.' }),
})

export type PageQuery = z.infer<typeof pageQuery>

/** A page of a list; `nextCursor` is null on the last one. */
export interface Page<Item> {
  readonly items: Item[]
  readonly nextCursor: string | null
}

export function pageOf<Schema extends z.ZodType>(item: Schema) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}

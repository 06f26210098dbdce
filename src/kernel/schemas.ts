import * as z from 'zod'
import { canonicalLocale, isLocale } from './locale.ts'
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

/** An RFC 3339 instant of an input, which has a year of four digits in UTC as well. */
export const instantInput = z.iso
  .datetime({ offset: true })
  .refine(
    (text) => /^[1-9](?!999-12-31)/.test(text),
    'must be in the years 1000 to 9999, before the last day',
  )
  .meta({ format: 'date-time', example: '2026-01-31T12:00:00Z' })

const NO_CONTROL = 'must have no control characters'

/** A text of one line, trimmed, without control characters. Marks of direction are text. */
export const lineOf = (max: number, min = 1) =>
  z
    .string()
    .trim()
    .min(min)
    .max(max)
    .refine((text) => /^\P{Cc}*$/u.test(text), NO_CONTROL)

/** A text that may have tabs and several lines, but no other control characters. */
export const linesOf = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => /^[\P{Cc}\t\n\r]*$/u.test(text), NO_CONTROL)

/** An address on the web. What it holds is shown to everybody, so it may hold no password. */
export const webUrl = z
  .url({ protocol: /^https?$/ })
  .max(limits.text.url)
  .refine((text) => /^(?!\w+:\/\/[^/\\?#]*@)/.test(text), 'must have no user name or password')

export const localeSchema = z
  .string()
  .max(35)
  .overwrite(canonicalLocale)
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

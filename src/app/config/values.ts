import * as z from 'zod'

/** A whole number from text, between bounds. */
export const whole = (min: number, max: number, standard: number) =>
  z.coerce.number().int().min(min).max(max).default(standard)

/** A comma-separated list; empty text is the empty list. */
export const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )

/** `true` or `false`. */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

import * as z from 'zod'

/** What is given for the keys of a section: texts as a rule, and nothing for a key that is not set. */
export type Given<Key extends string = string> = Readonly<Partial<Record<Key, unknown>>>

/** A key that is wrong, and why, without its value. */
export interface Fault<Key extends string = string> {
  readonly key: Key
  readonly message: string
}

/** The faults that are there, out of those that may be. */
export const faultsIn = <Key extends string>(
  possible: readonly (readonly [isWrong: boolean, key: Key, message: string])[],
): Fault<Key>[] =>
  possible.filter(([isWrong]) => isWrong).map(([, key, message]) => ({ key, message }))

/** Whether a URL is one without TLS. */
export const isPlainHttp = (url: unknown): boolean => /^http:/i.test(String(url))

/** A whole number in decimal digits, between bounds. */
export const integer = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`
  return z.preprocess(
    (text) => (/^\d+$/.test(String(text)) ? Number(text) : text),
    z.int(error).min(min, error).max(max, error),
  )
}

/** Such a number, or the standard one. */
export const whole = (min: number, max: number, standard: number) =>
  integer(min, max).default(standard)

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

import { IntlMessageFormat } from 'intl-messageformat'

/** Values of the arguments of a text. */
export type MessageValues = Readonly<Record<string, string | number | Date>>

/** The texts of a program are few; each is parsed once in a locale. */
const parsed = new Map<string, IntlMessageFormat>()

/**
 * Formats a text of ours in ICU MessageFormat. Plurals, numbers and dates follow the locale, dates
 * the IANA time zone. The text comes from code, never from input; throws when it cannot be parsed
 * and when a value is missing.
 */
export function formatMessage(
  text: string,
  locale: string,
  timeZone: string,
  values: MessageValues,
): string {
  const key = `${locale} ${timeZone} ${text}`
  let format = parsed.get(key)
  if (!format) {
    const formats = { date: inZone(dateStyles, timeZone), time: inZone(timeStyles, timeZone) }
    format = new IntlMessageFormat(text, locale, formats, { ignoreTag: true })
    parsed.set(key, format)
  }
  return String(format.format({ ...values }))
}

const dateStyles = {
  short: { day: 'numeric', month: 'numeric', year: '2-digit' },
  medium: { day: 'numeric', month: 'short', year: 'numeric' },
  long: { day: 'numeric', month: 'long', year: 'numeric' },
  full: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

const timeStyles = {
  short: { hour: 'numeric', minute: 'numeric' },
  medium: { hour: 'numeric', minute: 'numeric', second: 'numeric' },
  long: { hour: 'numeric', minute: 'numeric', timeZoneName: 'short' },
  full: { hour: 'numeric', minute: 'numeric', timeZoneName: 'long' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

function inZone(
  styles: Readonly<Record<string, Intl.DateTimeFormatOptions>>,
  timeZone: string,
): Record<string, Intl.DateTimeFormatOptions> {
  return Object.fromEntries(
    Object.entries(styles).map(([name, style]) => [name, { ...style, timeZone }]),
  )
}

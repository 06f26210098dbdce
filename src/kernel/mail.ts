import type { HtmlEscapedString } from 'hono/utils/html'
import type * as z from 'zod'
import type { MessageValues } from './message-format.ts'

/** What JSX makes; `toString` escapes and renders it. */
export type MailMarkup = HtmlEscapedString | Promise<HtmlEscapedString>

/** The locales that every message speaks. */
const MAIL_LOCALES = ['en', 'de', 'ru'] as const

/** The last resort of every chain of locales. */
export const LAST_MAIL_LOCALE = 'en'

/** Texts in ICU MessageFormat by key, by locale. A locale has all keys of the message. */
export type MailTexts<Key extends string = string> = Readonly<
  Record<(typeof MAIL_LOCALES)[number], Readonly<Record<Key, string>>>
> &
  Readonly<Partial<Record<string, Readonly<Record<Key, string>>>>>

/** How a tenant's mails look and whom they come from. */
export interface MailBrand {
  readonly name: string
  /** `#rrggbb`, of buttons. */
  readonly color: string
  /** An https URL. */
  readonly logoUrl: string | undefined
  /** The tenant's own words at the end, such as its address; may be empty. */
  readonly footer: string
}

/** What a message is rendered from. */
export interface MailView<Props, Key extends string = string> {
  readonly props: Props
  /** The locale that is spoken, for `lang`. */
  readonly locale: string
  readonly brand: MailBrand
  /** A text of the message in the locale. */
  readonly t: (key: Key, values?: MessageValues) => string
  /**
   * The absolute URL of a path on the tenant's own site; undefined where it has no host. Never made
   * from what a request said.
   */
  readonly link: (path: string) => string | undefined
}

/**
 * - `essential`: of the account or of a purchase, and asked for by what the recipient did. It goes to
 *   whoever has unsubscribed or complained, but not to a dead address.
 * - `notice`: everything else.
 */
export type MailPurpose = 'essential' | 'notice'

/** A declared message. */
export interface MailDefinition<Props = unknown, Key extends string = string> {
  /** `<module>/<action>`, stable for ever. */
  readonly name: string
  /** Of the schema of its props. */
  readonly version: number
  readonly description: string
  readonly purpose: MailPurpose
  readonly schema: z.ZodType<Props>
  readonly example: Props
  readonly texts: MailTexts<Key>
  /** One line. */
  subject(view: MailView<Props, Key>): string
  /** A whole HTML document, without its doctype. */
  html(view: MailView<Props, Key>): MailMarkup
  text(view: MailView<Props, Key>): string
}

/** Declares a message. */
export function defineMail<Props, Key extends string>(
  definition: MailDefinition<Props, Key>,
): MailDefinition<Props> {
  return definition
}

/**
 * The locale of a message for a chain of locales, best first: the first that the message speaks,
 * each also without its region and script (RFC 4647 §3.4), else English.
 */
export function mailLocale(texts: MailTexts, chain: readonly string[]): string {
  for (const wanted of chain) {
    for (let tag = wanted; tag; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))) {
      if (Object.hasOwn(texts, tag)) return tag
    }
  }
  return LAST_MAIL_LOCALE
}

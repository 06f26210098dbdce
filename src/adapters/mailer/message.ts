import { limits } from '../../kernel/limits.ts'
import type { MailAddress, OutgoingMail } from '../../ports/mailer.ts'

/** A mail whose every field may go to a provider as it is. */
export interface CheckedMail extends OutgoingMail {
  readonly headers: Readonly<Record<string, string>>
}

/** Headers that the mailer, the provider or the other fields of a mail set. */
const RESERVED = new Set([
  'arc-authentication-results',
  'authentication-results',
  'bcc',
  'cc',
  'content-transfer-encoding',
  'content-type',
  'date',
  'dkim-signature',
  'from',
  'message-id',
  'mime-version',
  'received',
  'reply-to',
  'return-path',
  'sender',
  'subject',
  'to',
])

const CONTROL = /\p{Cc}/u
const LOCAL_PART = /^[^\s\p{Cc}()<>[\]:;@\\,"]+$/u
const DOMAIN = /^(?!-)[a-z0-9-]+(?:\.[a-z0-9-]+)*$/
const HEADER_NAME = /^[A-Za-z][A-Za-z0-9-]*$/
const HEADER_VALUE = /^[\x20-\x7e]*$/

/** What is wrong with a mail; the text names the field and quotes nothing. */
export class UnsendableMail extends Error {
  override readonly name = 'UnsendableMail'
}

/**
 * The mail with its domains in ASCII (RFC 5890) and marked as automatic (RFC 3834).
 * @throws {UnsendableMail} when a field would break out of its header (RFC 5322), is not text, or
 *   is longer than `limits.mail` says
 */
export function checkMail(mail: OutgoingMail): CheckedMail {
  checkLine('the subject', mail.subject, limits.mail.subject)
  checkLine('the id', mail.id, limits.mail.dedupeKey)
  checkLine('the dedupe key', mail.dedupeKey, limits.mail.dedupeKey)
  for (const part of [mail.html, mail.text]) {
    if (part.length === 0) throw new UnsendableMail('a part is empty')
    if (part.length > limits.mail.part) throw new UnsendableMail('a part is too long')
    if (!part.isWellFormed()) throw new UnsendableMail('a part is not Unicode')
  }
  return {
    ...mail,
    from: checkAddress('from', mail.from),
    to: checkAddress('to', mail.to),
    ...(mail.replyTo && { replyTo: checkAddress('replyTo', mail.replyTo) }),
    headers: checkHeaders(mail.headers ?? {}),
  }
}

/** The part of an address after the at sign. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

/** An address as one field of an API takes it: `"Name" <local@domain>` in Unicode. */
export function formatAddress({ address, name }: MailAddress): string {
  return name ? `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}" <${address}>` : address
}

/** A category in the letters that every provider takes for a tag; at most 48 of them. */
export function tagOf(category: string | undefined): string | undefined {
  return category?.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 48)
}

function checkLine(what: string, text: string, most: number): void {
  if (text.trim() === '') throw new UnsendableMail(`${what} is empty`)
  if (text.length > most) throw new UnsendableMail(`${what} is too long`)
  if (CONTROL.test(text)) throw new UnsendableMail(`${what} holds a control character`)
  if (!text.isWellFormed()) throw new UnsendableMail(`${what} is not Unicode`)
}

function checkAddress(what: string, { address, name }: MailAddress): MailAddress {
  if (name) checkLine(`the name of ${what}`, name, limits.mail.name)
  if (address.length > limits.mail.address) throw new UnsendableMail(`${what} is too long`)
  const at = address.lastIndexOf('@')
  const local = address.slice(0, Math.max(at, 0))
  const domain = asciiDomain(address.slice(at + 1))
  const isLocal = local.length <= limits.mail.localPart && LOCAL_PART.test(local)
  if (!isLocal || !local.isWellFormed() || domain === undefined) {
    throw new UnsendableMail(`${what} is not an address`)
  }
  return { address: `${local}@${domain}`, ...(name && { name }) }
}

function asciiDomain(domain: string): string | undefined {
  if (/[^\p{L}\p{M}\p{N}.-]/u.test(domain)) return undefined
  try {
    const { hostname } = new URL(`http://${domain}`)
    const isNumber = /(?:^|\.)\d+$/.test(hostname)
    return DOMAIN.test(hostname) && !isNumber ? hostname : undefined
  } catch {
    return undefined
  }
}

function checkHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers)
  const isAutomatic = entries.some(([name]) => name.toLowerCase() === 'auto-submitted')
  if (!isAutomatic) entries.unshift(['Auto-Submitted', 'auto-generated'])
  if (entries.length > limits.mail.headers) throw new UnsendableMail('there are too many headers')
  const names = new Set<string>()
  for (const [name, value] of entries) {
    const isName = HEADER_NAME.test(name) && name.length <= limits.mail.headerName
    const key = name.toLowerCase()
    if (!isName || RESERVED.has(key) || names.has(key)) {
      throw new UnsendableMail('a header may not be set')
    }
    names.add(key)
    if (
      value.trim() === '' ||
      value.length > limits.mail.headerValue ||
      !HEADER_VALUE.test(value)
    ) {
      throw new UnsendableMail(`the header ${key} has a wrong value`)
    }
  }
  return Object.fromEntries(entries)
}

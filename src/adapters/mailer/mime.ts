import type { MailAddress } from '../../ports/mailer.ts'
import { type CheckedMail, domainOf } from './message.ts'

/** Bytes in an encoded word, which is then at most 75 characters long (RFC 2047 2). */
const WORD_BYTES = 45
/** Bytes in a line of base64, which is then 76 characters long (RFC 2045 6.8). */
const LINE_BYTES = 57
/** Base64 has no `_`, so that no line of a part is this. */
const BOUNDARY = '=_part_of_the_mail'

const PLAIN = /^[\x20-\x7e]*$/

/** The Message-ID of a mail (RFC 5322 3.6.4), the same over retries. */
export function messageIdOf(mail: CheckedMail): string {
  return `<${mail.id.replaceAll(/[^A-Za-z0-9._-]/g, '_')}@${domainOf(mail.from.address)}>`
}

/** The mail as RFC 5322 text with a plain and an HTML part (RFC 2046 5.1.4), written at `now`. */
export function composeMessage(mail: CheckedMail, now: number): string {
  const headers = [
    ['From', party(mail.from)],
    ['To', party(mail.to)],
    ...(mail.replyTo ? [['Reply-To', party(mail.replyTo)]] : []),
    ['Subject', unstructured(mail.subject)],
    ['Date', new Date(now).toUTCString().replace('GMT', '+0000')],
    ['Message-ID', messageIdOf(mail)],
    ...Object.entries(mail.headers),
    ['MIME-Version', '1.0'],
    ['Content-Type', `multipart/alternative; boundary="${BOUNDARY}"`],
  ]
  return [
    ...headers.map(([name, value]) => `${name}: ${value}`),
    '',
    ...part('text/plain', mail.text),
    ...part('text/html', mail.html),
    `--${BOUNDARY}--`,
    '',
  ].join('\r\n')
}

/**
 * A text as encoded words (RFC 2047), to be put one after the other with white space between. No
 * word holds a part of a letter.
 */
export function encodedWords(text: string): readonly string[] {
  const words: string[] = []
  let word = ''
  for (const letter of text) {
    if (bytesOf(word + letter).length > WORD_BYTES) {
      words.push(word)
      word = ''
    }
    word += letter
  }
  return [...words, word].map((each) => `=?UTF-8?B?${base64(bytesOf(each))}?=`)
}

/** Whether a text may stand in a header as it is: ASCII that nobody takes for an encoded word. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text) && !text.includes('=?')
}

function party({ address, name }: MailAddress): string {
  if (!name) return address
  const shown = isPlain(name)
    ? `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}"`
    : folded(encodedWords(name))
  return `${shown}\r\n <${address}>`
}

/** Longer texts have no white space for certain at which they could be folded. */
function unstructured(text: string): string {
  return isPlain(text) && text.length <= 60 ? text : folded(encodedWords(text))
}

const folded = (words: readonly string[]) => words.join('\r\n ')

function part(type: string, text: string): readonly string[] {
  const bytes = bytesOf(text.replaceAll(/\r\n|\r|\n/g, '\r\n'))
  const lines: string[] = []
  for (let start = 0; start < bytes.length; start += LINE_BYTES) {
    lines.push(base64(bytes.subarray(start, start + LINE_BYTES)))
  }
  const headers = [`Content-Type: ${type}; charset=utf-8`, 'Content-Transfer-Encoding: base64']
  return [`--${BOUNDARY}`, ...headers, '', ...lines]
}

const bytesOf = (text: string) => new TextEncoder().encode(text)
const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes))

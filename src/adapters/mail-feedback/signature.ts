import { joinBytes } from '../../kernel/bytes.ts'
import { MailFeedbackError } from '../../ports/mail-feedback.ts'

/** How far a signature's time may be from ours: 5 minutes, as Standard Webhooks has it. */
const TOLERANCE_SECONDS = 300

/** A header that must be there. Throws `MailFeedbackError`. */
export function headerOf(provider: string, headers: Headers, name: string): string {
  const value = headers.get(name)
  if (value === null) throw new MailFeedbackError(provider, `the header ${name} is missing`)
  return value
}

/** Refuses a time, in seconds, that is more than five minutes away from `now` in milliseconds. */
export function checkTime(provider: string, seconds: number, now: number): void {
  if (Number.isInteger(seconds) && Math.abs(now / 1_000 - seconds) <= TOLERANCE_SECONDS) return
  throw new MailFeedbackError(provider, 'the time of the signature is not about now')
}

/** Base64 (RFC 4648 4) as bytes; `undefined` when it is something else. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  } catch {
    return undefined
  }
}

/** The bytes of a PEM block (RFC 7468), or of base64 without its lines. Throws on anything else. */
export function fromPem(text: string): Uint8Array<ArrayBuffer> {
  const bytes = fromBase64(text.replaceAll(/-----[A-Z ]+-----|\s/g, ''))
  if (!bytes || bytes.length === 0) throw new TypeError('is not a key in base64 or PEM')
  return bytes
}

/** Byte strings one after the other. */
export function joined(...parts: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  return joinBytes(
    parts.map((part) => (typeof part === 'string' ? new TextEncoder().encode(part) : part)),
  )
}

/** Whether two texts are the same, in a time that does not tell where they differ. */
export async function isSame(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all(
    [one, other].map((text) => crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))),
  )
  return first !== undefined && second !== undefined && crypto.subtle.timingSafeEqual(first, second)
}

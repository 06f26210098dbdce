import { fullJitter } from '../../kernel/backoff.ts'
import type { TenantSnapshot } from '../../kernel/context.ts'
import type { MailPurpose } from '../../kernel/mail.ts'
import type { SuppressionReason } from './suppressions/index.ts'
import type { Parcel } from './types.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const backoff = fullJitter({ maxAttempts: 30, baseMilliseconds: MINUTE, capMilliseconds: 2 * HOUR })

/** Tries of a mail that no provider takes, over about a day: from half a minute to two hours apart. */
export const retry = {
  maxAttempts: backoff.maxAttempts,
  delay: (failures: number, random: number) =>
    Math.max(30 * SECOND, backoff.delay(failures, 0.5 + random / 2)),
}

/** A mail that nobody has taken for so long is of no use any more. */
export const GIVE_UP_MILLISECONDS = 24 * HOUR

/** Providers that recognise a repeat do so for a day at least; some of it is left to clocks. */
export const REPEAT_MILLISECONDS = 20 * HOUR

/** A send that has said nothing for so long is not under way any more. */
export const SENDING_MILLISECONDS = 10 * MINUTE

/** The longest time that a provider may ask to be left alone. */
export const MAX_RETRY_AFTER_SECONDS = 3_600

/** What is to be done with a message. */
export type Step =
  /** It has come to its end before. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'suppress' }
  /** It may have been sent, and a repeat could be a second mail. */
  | { readonly kind: 'leave' }
  /** `provider` alone may be asked where it may have taken the mail before. */
  | { readonly kind: 'send'; readonly provider: string | undefined }

/** Decides on a message that a worker has taken up. */
export function nextStep(
  parcel: Pick<Parcel, 'state' | 'provider' | 'repeatable' | 'unknownAt'>,
  isSuppressed: boolean,
  now: number,
): Step {
  switch (parcel.state) {
    case 'sent':
    case 'failed':
    case 'suppressed':
      return { kind: 'nothing' }
    case 'queued':
      return isSuppressed ? { kind: 'suppress' } : { kind: 'send', provider: undefined }
    case 'sending':
    case 'unknown': {
      const { provider, repeatable, unknownAt } = parcel
      // One that is left for good is marked as not repeatable.
      if (parcel.state === 'unknown' && repeatable === 0) return { kind: 'nothing' }
      const isSafe = repeatable === 1 && now - (unknownAt ?? now) < REPEAT_MILLISECONDS
      return isSafe && provider !== null ? { kind: 'send', provider } : { kind: 'leave' }
    }
  }
}

/**
 * Whether an address is to be sent nothing of a purpose. A dead address and one that an operator has
 * blocked get nothing; unsubscriptions and complaints stop notices only, so that nobody is locked
 * out of an account by them.
 */
export function isSuppressed(purpose: MailPurpose, reasons: readonly SuppressionReason[]): boolean {
  if (purpose === 'notice') return reasons.length > 0
  return reasons.includes('bounce') || reasons.includes('manual')
}

/**
 * The origin of a tenant's own site, for links: its first verified host, else its subdomain of the
 * first base domain; undefined where it has neither. `port` is that of a local server.
 */
export function siteOf(
  tenant: Pick<TenantSnapshot, 'slug' | 'hosts'>,
  baseDomains: readonly string[],
  port: number | undefined,
): string | undefined {
  const [host] = tenant.hosts
  if (host !== undefined) return `https://${host}`
  const [base] = baseDomains
  if (base === undefined || tenant.slug.endsWith('-')) return undefined
  if (base !== 'localhost') return `https://${tenant.slug}.${base}`
  return `http://${tenant.slug}.localhost${port === undefined ? '' : `:${port}`}`
}

/** A text on one line, for headers: control characters become spaces, and its length is bounded. */
export function oneLine(text: string, most: number): string {
  return Array.from(
    text
      .toWellFormed()
      .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
      .trim(),
  )
    .slice(0, most)
    .join('')
}

/** Black or white, whichever can be read better on a colour (WCAG 2.2 contrast); 4.5:1 at least. */
export function inkOn(color: string): '#000000' | '#ffffff' {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
  return (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) ? '#000000' : '#ffffff'
}

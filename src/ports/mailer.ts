/** A mailbox and, where there is one, the name shown beside it. */
export interface MailAddress {
  /** `local@domain`, without angle brackets; at most 254 characters (RFC 5321 4.5.3.1). */
  readonly address: string
  readonly name?: string
}

/** One mail to one recipient, rendered. Every mail has both parts. */
export interface OutgoingMail {
  /** Our id of the message; the same over retries. */
  readonly id: string
  readonly tenantId: string
  readonly from: MailAddress
  readonly replyTo?: MailAddress
  readonly to: MailAddress
  readonly subject: string
  readonly html: string
  readonly text: string
  /** Further headers in ASCII. `Auto-Submitted: auto-generated` (RFC 3834) is set unless given here. */
  readonly headers?: Readonly<Record<string, string>>
  /** What the mail is about, `module/action`; the providers' statistics group by it. */
  readonly category?: string
  /** Names the reason for the mail; a provider that knows such keys sends one mail for each. */
  readonly dedupeKey: string
}

/** A provider has taken the mail over. */
export interface MailReceipt {
  readonly provider: string
  /** The provider's id of the message, by which its feedback names it. */
  readonly providerMessageId?: string
}

/**
 * Why a mail was not, or perhaps not, taken over:
 * - `rejected`: this mail will never be taken, by any provider; do not retry
 * - `unavailable`: the provider has not taken it; retry, here or elsewhere
 * - `unknown`: the answer was lost after the mail had gone out; a retry may send it twice
 */
export type MailFailureKind = 'rejected' | 'unavailable' | 'unknown'

/** What a failure may carry beside its kind. */
export interface MailFailureDetails {
  readonly kind: MailFailureKind
  readonly provider: string
  /** Our own words and the provider's code; never its message, which may quote the mail or a key. */
  readonly reason: string
  /** When the provider says that it may be asked again. */
  readonly retryAfterSeconds?: number | undefined
  /** Whether the provider recognises the same mail when it is sent again, for a day at least. */
  readonly repeatable?: boolean
}

/** A mail that was not sent for certain. The message holds no key, no address and no content. */
export class MailFailure extends Error {
  readonly kind: MailFailureKind
  readonly provider: string
  readonly reason: string
  readonly retryAfterSeconds: number | undefined
  readonly repeatable: boolean

  constructor(details: MailFailureDetails) {
    super(`mail ${details.kind} by ${details.provider}: ${details.reason}`)
    this.name = 'MailFailure'
    this.kind = details.kind
    this.provider = details.provider
    this.reason = details.reason
    this.retryAfterSeconds = details.retryAfterSeconds
    this.repeatable = details.repeatable ?? false
  }
}

/** How one mail is sent. */
export interface SendOptions {
  readonly signal?: AbortSignal
  /** The longest wait for a provider; the configuration's when left out. */
  readonly timeoutMilliseconds?: number
  /**
   * The only provider to ask, by name. For the retry of an `unknown` failure that is `repeatable`:
   * another provider would send the mail a second time.
   */
  readonly provider?: string
  /**
   * Waited for right before a provider is asked, so that who is asked is known whatever happens
   * after. What it throws ends the send.
   */
  readonly onAttempt?: (asked: {
    readonly name: string
    readonly repeatable: boolean
  }) => Promise<void>
}

/** One thing that an operator's check of the mail set-up has looked at. */
export interface MailCheck {
  readonly name: string
  readonly passed: boolean
  readonly detail?: string
}

/** Hands mails to a provider. */
export interface Mailer {
  readonly name: string
  /** @throws {MailFailure} and nothing else */
  send(mail: OutgoingMail, options?: SendOptions): Promise<MailReceipt>
  /**
   * Checks credentials and, where the provider tells, the DNS of the domain that mails come from.
   * Sends nothing and does not throw; without it there is nothing to check.
   */
  doctor?(domain: string): Promise<readonly MailCheck[]>
}

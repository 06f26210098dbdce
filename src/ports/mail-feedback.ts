/** What became of a mail after the provider had taken it. */
export type MailFeedbackKind = 'bounce' | 'complaint' | 'delivered' | 'unsubscribed'

/** One event about one recipient, in the same words for every provider. */
export interface MailFeedback {
  readonly kind: MailFeedbackKind
  readonly provider: string
  /** The same when the provider sends the event again; unique within the provider. */
  readonly eventId: string
  /** The recipient in lower case. */
  readonly address: string
  /** Milliseconds since 1970, as the provider says. */
  readonly at: number
  /** Whether nothing more should be sent there: a hard bounce, a complaint, an unsubscription. */
  readonly permanent: boolean
  /** The provider's words, at most 500 characters. Foreign text. */
  readonly reason?: string
  /** As in the receipt, where the event has it. */
  readonly providerMessageId?: string
  /** Our id of the mail, where the provider gives it back. */
  readonly messageId?: string
}

/** A webhook request as it came. */
export interface FeedbackRequest {
  readonly headers: Headers
  /** The body's bytes, untouched; the caller bounds their number. */
  readonly body: Uint8Array
}

/** A webhook request that does not come from the provider, or is not what the provider documents. */
export class MailFeedbackError extends Error {
  readonly provider: string
  /** Whether the signature or the secret is at fault: answer 401, else 400. */
  readonly forged: boolean

  constructor(provider: string, reason: string, forged = true) {
    super(`mail feedback of ${provider}: ${reason}`)
    this.name = 'MailFeedbackError'
    this.provider = provider
    this.forged = forged
  }
}

/** Reads a provider's webhook. */
export interface MailFeedbackSource {
  readonly provider: string
  /**
   * The events of a request that is proven to be the provider's, without those that say nothing of
   * an address. `now` is in milliseconds.
   * @throws {MailFeedbackError}
   */
  verify(request: FeedbackRequest, now: number): Promise<readonly MailFeedback[]>
}

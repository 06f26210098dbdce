export const MESSAGE_STATES = [
  'queued',
  'sending',
  'sent',
  'failed',
  'suppressed',
  'unknown',
] as const

/** `unknown`: a provider was given the mail and its answer was lost. */
export type MessageState = (typeof MESSAGE_STATES)[number]

export const FEEDBACK_KINDS = ['delivered', 'bounce', 'complaint', 'unsubscribed'] as const

/** What a provider tells of a mail afterwards. */
export type FeedbackKind = (typeof FEEDBACK_KINDS)[number]

/** A message as an operator sees it. It shows nothing of what the mail says. */
export interface Message {
  readonly id: string
  readonly name: string
  readonly locale: string
  readonly recipient: string
  readonly state: MessageState
  readonly attempts: number
  readonly provider: string | null
  readonly error: string | null
  readonly feedback: FeedbackKind | null
  readonly feedbackReason: string | null
  readonly feedbackAt: string | null
  readonly createdAt: string
  readonly updatedAt: string
  readonly sentAt: string | null
}

/** What delivery knows of a message. */
export interface Parcel {
  readonly id: string
  readonly name: string
  readonly version: number
  readonly locale: string
  readonly recipient: string
  readonly recipientName: string | null
  /** Sealed. */
  readonly props: string | null
  readonly state: MessageState
  readonly sequence: number
  readonly provider: string | null
  readonly repeatable: number
  readonly unknownAt: number | null
  /** When it was queued, last. */
  readonly queuedAt: number
}

/** The message that a provider's feedback is about. */
export interface FeedbackTarget {
  readonly tenantId: string
  readonly id: string
  readonly recipient: string
  readonly providerMessageId: string | null
}

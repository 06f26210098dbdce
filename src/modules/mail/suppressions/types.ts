export const SUPPRESSION_REASONS = ['bounce', 'complaint', 'unsubscribed', 'manual'] as const

/** Why an address is sent nothing. */
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number]

/** An address that is sent nothing, or only what is essential. */
export interface Suppression {
  readonly id: string
  readonly address: string
  readonly reason: SuppressionReason
  readonly note: string | null
  readonly messageId: string | null
  readonly createdAt: string
}

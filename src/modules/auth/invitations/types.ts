/** `expired` is what a pending one becomes by itself. */
export type InvitationState = 'pending' | 'accepted' | 'revoked' | 'expired'

/** An invitation as the API shows one. Instants are RFC 3339 in UTC. */
export interface Invitation {
  readonly id: string
  /** Lower case, NFC. */
  readonly email: string
  /** Empty where the inviter has named nobody. */
  readonly name: string
  /** Role slugs, sorted. */
  readonly roles: string[]
  readonly state: InvitationState
  /** The user who sent the last mail. */
  readonly invitedBy: string
  /** The account that acceptance made. */
  readonly userId: string | null
  readonly version: number
  readonly expiresAt: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** An invitation as the database holds one. Instants are epoch milliseconds. */
export interface InvitationRecord extends Omit<
  Invitation,
  'state' | 'expiresAt' | 'createdAt' | 'updatedAt'
> {
  readonly state: Exclude<InvitationState, 'expired'>
  readonly expiresAt: number
  readonly createdAt: number
  readonly updatedAt: number
}

/** An invitation that a mail may go out for. */
export interface Sendable {
  readonly invitation: InvitationRecord
  /** Links that were sent in the last hour. */
  readonly sent: number
  /** Who has the address already. */
  readonly owner: {
    readonly id: string
    readonly name: string
    readonly locale: string | null
  } | null
}

/** What the link of a mail leads to: an open invitation of an active user. */
export interface InvitationLink {
  readonly invitation: InvitationRecord
  readonly expiresAt: number
  /** The version of the invitation that the link was made for. */
  readonly boundTo: string
  readonly inviterRoles: readonly string[]
  readonly inviterSecurityVersion: number
  readonly sent: number
}

/** The second factor of a user as the user sees it. */
export interface SecondFactorState {
  /** Pending while no code has shown that the app has the secret. */
  readonly status: 'inactive' | 'pending' | 'active'
  /** Whether the tenant asks this user for one, lets it have one, or does not offer any. */
  readonly policy: 'off' | 'optional' | 'required'
  /** RFC 3339 in UTC. */
  readonly activeSince: string | null
  readonly recoveryCodesLeft: number
}

/** What an app for codes is told, this once. */
export interface Enrolment {
  /** For a QR code. */
  readonly uri: string
  /** For typing it in: base32. */
  readonly secret: string
}

/** New recovery codes, shown this once. */
export interface RecoveryCodes {
  readonly recoveryCodes: string[]
}

/** The answer to a right password where a second factor is on: neither a session nor tokens. */
export interface Challenged {
  readonly status: 'second_factor_required'
  /** Good for one log-in, together with a code. */
  readonly challenge: string
  /** Seconds that the challenge lives. */
  readonly expiresIn: number
}

/** What shows that somebody has the second factor: a code of the app, or a recovery code. */
export interface FactorProof {
  readonly code?: string | undefined
  readonly recoveryCode?: string | undefined
}

/** A session that may do what is sensitive for a while. */
export interface Elevated {
  /** RFC 3339 in UTC. */
  readonly elevatedUntil: string
}

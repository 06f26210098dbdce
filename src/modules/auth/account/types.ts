import type { UserRecord } from '../types.ts'

/** What users see and change of themselves. */
export interface Profile {
  readonly id: string
  readonly email: string
  /** Whether the user has shown to read the address. */
  readonly emailVerified: boolean
  readonly name: string
  /** A language tag; null for the tenant's own choice. */
  readonly locale: string | null
  /** An IANA time zone; null for the tenant's own. */
  readonly timezone: string | null
  readonly version: number
}

/** The user of a one-time token, as it was when the token was made. */
export interface TokenHolder {
  readonly user: UserRecord
  /** SHA-256 of the token. */
  readonly hash: string
  readonly payload: string | null
}

/** The answer to whatever must not tell whether an account exists, or what becomes of a wish. */
export interface Accepted {
  readonly status: 'accepted'
}

import type { Challenged } from '../second-factor/index.ts'
import type { SignedInUser } from '../types.ts'

/** A session as the API shows one. Instants are RFC 3339 in UTC. */
export interface Session {
  readonly id: string
  /** What the client called itself, in few words; null when it said nothing that can be told. */
  readonly device: string | null
  readonly clientAddress: string | null
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null
  readonly createdAt: string
  /** The log-in or the last refresh. */
  readonly lastUsedAt: string
  /** When it ends unless it is used before. */
  readonly idleExpiresAt: string
  /** When it ends at the latest. */
  readonly expiresAt: string
  /** Whether it is the caller's own. */
  readonly isCurrent: boolean
}

/** A log-in or a failed one, as the API shows it. */
export interface LoginEntry {
  readonly id: string
  readonly outcome: 'succeeded' | 'failed'
  /** The session that was opened. */
  readonly sessionId: string | null
  readonly device: string | null
  readonly clientAddress: string | null
  readonly country: string | null
  readonly createdAt: string
}

/** Where a request comes from, as the database holds it. */
export interface PlaceRow {
  readonly clientAddress: string | null
  readonly country: string | null
  readonly userAgent: string | null
}

/** A session as the database holds it. Instants are epoch milliseconds. */
export interface SessionRow extends PlaceRow {
  readonly id: string
  readonly createdAt: number
  readonly lastUsedAt: number
  readonly idleExpiresAt: number
  readonly expiresAt: number
}

export interface LoginRow extends PlaceRow {
  readonly id: string
  readonly outcome: 'succeeded' | 'failed'
  readonly sessionId: string | null
  readonly createdAt: number
}

/** The answer to whoever has signed in. In cookie mode the tokens are in cookies alone. */
export interface SignedInAnswer {
  readonly accessToken?: string
  readonly refreshToken?: string
  readonly tokenType?: 'Bearer'
  /** Seconds that the access token lives. */
  readonly expiresIn: number
  readonly user: SignedInUser
  readonly secondFactor?: 'enrolment_required'
}

/** The answer to a log-in that has opened a session. */
export interface LoggedIn extends SignedInAnswer {
  readonly status: 'signed_in'
}

/** The answer to a right password. */
export type LoginAnswer = LoggedIn | Challenged

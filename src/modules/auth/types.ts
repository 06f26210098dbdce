/** Disabled users cannot log in and hold no session. */
export type UserStatus = 'active' | 'disabled'

/** A user as the API shows one. Instants are RFC 3339 in UTC. */
export interface User {
  readonly id: string
  /** Lower case, NFC; unique in the tenant. */
  readonly email: string
  /** Whether the user has shown to read the address. */
  readonly emailVerified: boolean
  readonly name: string
  readonly status: UserStatus
  /** Role slugs, sorted. */
  readonly roles: string[]
  readonly version: number
  readonly lastLoginAt: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

/** A user as the database holds one. Instants are epoch milliseconds. */
export interface UserRecord extends Omit<
  User,
  'emailVerified' | 'lastLoginAt' | 'createdAt' | 'updatedAt'
> {
  /** PHC string. */
  readonly passwordHash: string
  /** What the access tokens in use must carry. */
  readonly securityVersion: number
  readonly lastLoginAt: number | null
  /** When the owner has shown to read the address. */
  readonly emailVerifiedAt: number | null
  /** The language tag that the user has chosen. */
  readonly locale: string | null
  /** The IANA time zone that the user has chosen. */
  readonly timezone: string | null
  /** Null without one that is on. */
  readonly secondFactor: SecondFactor | null
  readonly createdAt: number
  readonly updatedAt: number
}

/** What the codes of a user's app are compared with. */
export interface SecondFactor {
  /** Sealed. */
  readonly secret: string
  /** The time step of the last code that was taken. */
  readonly lastStep: number
}

/** What is needed to make a user. */
export interface NewUser {
  readonly email: string
  readonly name: string
  readonly password: string
  readonly roles: readonly string[]
}

/** A refresh token as it was found, with its session, its user and the heir it may have. */
export interface RefreshRecord {
  readonly usedAt: number | null
  /** Null without an heir. */
  readonly heirIssuedAt: number | null
  readonly heirUsedAt: number | null
  readonly sessionId: string
  readonly idleExpiresAt: number
  readonly expiresAt: number
  readonly revokedAt: number | null
  readonly user: UserRecord
}

/** The user as the one who has signed in sees it. */
export interface SignedInUser {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly roles: string[]
}

/** The user, with everything the roles permit. */
export interface Me extends SignedInUser {
  /** Sorted; each reaches some items at least. */
  readonly permissions: string[]
}

/** The tokens of a session. */
export interface SignedIn {
  readonly accessToken: string
  readonly refreshToken: string
  readonly tokenType: 'Bearer'
  /** Seconds that the access token lives. */
  readonly expiresIn: number
  readonly user: SignedInUser
  /** Where the tenant asks for a second factor that the user lacks: the roles count once it is on. */
  readonly secondFactor?: 'enrolment_required'
}

/** A key as the database holds it, without its hash. Instants are epoch milliseconds. */
export interface ApiKey {
  readonly id: string
  /** The maker. */
  readonly userId: string
  readonly name: string
  readonly scopes: readonly string[]
  /** Addresses and networks in CIDR notation; empty for any. */
  readonly allowedAddresses: readonly string[]
  /** The end that was asked for; null for none. */
  readonly expiresAt: number | null
  /** From when on it is dead, by expiry, rotation or revocation; null for never. */
  readonly endsAt: number | null
  readonly revokedAt: number | null
  /** The key that took its place by rotation. */
  readonly replacedBy: string | null
  readonly lastUsedAt: number | null
  readonly lastUsedAddress: string | null
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
}

/** What a request by a key needs to know of the key and its maker. */
export interface KeyRecord extends Pick<
  ApiKey,
  'id' | 'userId' | 'scopes' | 'allowedAddresses' | 'endsAt' | 'lastUsedAt' | 'version'
> {
  readonly tenantId: string
  /** The roles of the maker, sorted. */
  readonly roles: readonly string[]
  /** Of the maker, at the same moment. */
  readonly securityVersion: number
}

/** Whom a key is made by. */
export interface Maker {
  readonly email: string
  readonly name: string
}

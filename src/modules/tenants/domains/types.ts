/** A host name that a tenant claims. It leads to the tenant once it is verified. */
export interface TenantDomain {
  readonly host: string
  /** What the tenant's DNS or web server shows to the operator; not a secret. */
  readonly verificationToken: string
  readonly verifiedAt: number | null
  readonly createdAt: number
}

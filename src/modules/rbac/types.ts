/** A role of a tenant with what it permits. */
export interface Role {
  readonly slug: string
  readonly name: string
  /** True for the roles that every tenant starts with. */
  readonly isSystem: boolean
  readonly version: number
  /** Sorted; `x:own` is `x` for one's own items. */
  readonly permissions: string[]
}

/** A declared permission with the roles of the tenant that hold it. */
export interface PermissionEntry {
  readonly name: string
  readonly description: string
  readonly module: string
  /** Slugs of the roles that hold it for every item. */
  readonly roles: string[]
  /** Slugs of the roles that hold it for their own items only. */
  readonly ownRoles: string[]
}

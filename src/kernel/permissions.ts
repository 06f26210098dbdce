import { AppError, errors } from './errors.ts'
import type { Principal, RequestContext } from './context.ts'

/** The roles that every tenant starts with. */
export const SYSTEM_ROLES = ['super_admin', 'admin', 'manager', 'customer'] as const
export type SystemRole = (typeof SYSTEM_ROLES)[number]

/** A permission that a module declares, with the seeded roles that hold it. */
export interface PermissionDefinition {
  /** `resource:action`. */
  readonly name: string
  readonly description: string
  /** Roles that hold it for every item. */
  readonly roles: readonly SystemRole[]
  /** Roles that hold it for their own items only, as `<name>:own`. */
  readonly ownRoles: readonly SystemRole[]
}

/**
 * Declares a module's permissions. `super_admin` holds each of them without being named.
 * @example definePermissions({ 'posts:update': ['Edit posts', ['admin'], ['manager']] })
 */
export function definePermissions<N extends string>(
  entries: Record<
    N,
    readonly [description: string, roles: readonly SystemRole[], ownRoles?: readonly SystemRole[]]
  >,
): readonly PermissionDefinition[] {
  return Object.entries<readonly [string, readonly SystemRole[], (readonly SystemRole[])?]>(
    entries,
  ).map(([name, [description, roles, ownRoles]]) => ({
    name,
    description,
    roles: ['super_admin', ...roles],
    ownRoles: ownRoles ?? [],
  }))
}

/** The permission names that a seeded role holds. */
export function grantsOf(role: SystemRole, definitions: readonly PermissionDefinition[]): string[] {
  return definitions.flatMap((definition) => {
    if (definition.roles.includes(role)) return [definition.name]
    return definition.ownRoles.includes(role) ? [`${definition.name}:own`] : []
  })
}

/** How far a permission reaches: every item, one's own, or none. */
export type Scope = 'any' | 'own' | 'none'

/** The reach of a permission for a principal. Unknown permissions reach nothing. */
export function scopeOf(principal: Principal, permission: string): Scope {
  if (principal.kind === 'anonymous') return 'none'
  if (principal.permissions.has(permission)) return 'any'
  return principal.permissions.has(`${permission}:own`) ? 'own' : 'none'
}

/** The user behind a context, or undefined for anonymous and system calls. */
export function userIdOf(principal: Principal): string | undefined {
  return principal.kind === 'user' ? principal.userId : undefined
}

/**
 * Throws unless the principal holds the permission, on the item of `ownerId` when it is held for own
 * items only. Anonymous callers get `unauthenticated`, others `forbidden`.
 */
export function requirePermission(
  ctx: Pick<RequestContext, 'principal'>,
  permission: string,
  ownerId?: string | null,
): void {
  const scope = scopeOf(ctx.principal, permission)
  if (scope === 'any') return
  if (ctx.principal.kind === 'anonymous') throw new AppError(errors.unauthenticated)
  const owns = ownerId === undefined || (ownerId !== null && ownerId === userIdOf(ctx.principal))
  if (scope === 'own' && owns) return
  throw new AppError(errors.forbidden, { detail: `The permission ${permission} is missing.` })
}

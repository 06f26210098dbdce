import { AppError, errors } from './errors.ts'
import type { Principal, RequestContext } from './context.ts'
import {
  EVERYTHING,
  type GrantRule,
  type Grants,
  type Item,
  allows,
  isUnbounded,
  judge,
} from './grants.ts'

/** The roles that every tenant starts with. */
export const SYSTEM_ROLES = ['super_admin', 'admin', 'manager', 'customer'] as const
export type SystemRole = (typeof SYSTEM_ROLES)[number]

/** What a rule of a permission may name. */
export interface RuleSpace {
  /** The kind of item that the permission is about, as events and audit rows name it. */
  readonly item: string
  /** Whether items have owners. */
  readonly own?: true
  readonly statuses?: readonly string[]
  readonly fields?: readonly string[]
}

/** A permission that a module declares, with the seeded roles that hold it. */
export interface PermissionDefinition {
  /** `resource:action`. */
  readonly name: string
  readonly description: string
  /** Roles that hold it for every item. */
  readonly roles: readonly SystemRole[]
  /** Roles that hold it for their own items only. */
  readonly ownRoles: readonly SystemRole[]
  /** Absent for a permission that is held as a whole or not at all. */
  readonly rules?: RuleSpace
  /** True for one that no API key may hold: it needs a user who has signed in. */
  readonly sessionOnly?: true
}

/**
 * Declares a module's permissions. `super_admin` holds each of them without being named. A permission
 * that is held for own items says so in its rules.
 * @example definePermissions({ 'posts:update': ['Edit posts', ['admin'], ['manager'], postRules] })
 */
export function definePermissions<N extends string>(
  entries: Record<
    N,
    readonly [
      description: string,
      roles: readonly SystemRole[],
      ownRoles?: readonly SystemRole[],
      rules?: RuleSpace,
    ]
  >,
): readonly PermissionDefinition[] {
  return Object.entries<
    readonly [string, readonly SystemRole[], (readonly SystemRole[])?, RuleSpace?]
  >(entries).map(([name, [description, roles, ownRoles, rules]]) => ({
    name,
    description,
    roles: ['super_admin', ...roles],
    ownRoles: ownRoles ?? [],
    ...(rules && { rules }),
  }))
}

/** Permissions that no API key may hold. */
export function forSessions(
  definitions: readonly PermissionDefinition[],
): readonly PermissionDefinition[] {
  return definitions.map((definition) => ({ ...definition, sessionOnly: true }))
}

/** What a seeded role holds. */
export function grantsOf(role: SystemRole, definitions: readonly PermissionDefinition[]): Grants {
  const ruleOf = ({ roles, ownRoles }: PermissionDefinition): GrantRule | undefined => {
    if (roles.includes(role)) return EVERYTHING
    return ownRoles.includes(role) ? { own: true } : undefined
  }
  return Object.fromEntries(
    definitions.flatMap((definition) => {
      const rule = ruleOf(definition)
      return rule ? [[definition.name, [rule]]] : []
    }),
  )
}

/** How far a permission reaches: every item, some by rules, or none. */
export type Scope = 'any' | 'some' | 'none'

/** The rules by which a principal holds a permission. Unknown permissions have none. */
export function rulesOf(principal: Principal, permission: string): readonly GrantRule[] {
  return principal.kind === 'anonymous' ? [] : (principal.permissions.get(permission) ?? [])
}

/** The reach of a permission for a principal. */
export function scopeOf(principal: Principal, permission: string): Scope {
  const rules = rulesOf(principal, permission)
  if (rules.length === 0) return 'none'
  return rules.some(isUnbounded) ? 'any' : 'some'
}

/** The user behind a context, or undefined for anonymous and system calls. */
export function userIdOf(principal: Principal): string | undefined {
  return 'userId' in principal ? principal.userId : undefined
}

/** Whether the principal holds the permission on the item; on every item there is for null. */
export function may(
  { principal }: Pick<RequestContext, 'principal'>,
  permission: string,
  item: Item | null,
): boolean {
  return allows(rulesOf(principal, permission), userIdOf(principal), item)
}

/**
 * Throws unless the principal holds the permission: on some item when none is given, on the item, or
 * on every item there is for null. Anonymous callers get `unauthenticated`, others `forbidden` with a
 * detail that names what is missing.
 */
export function requirePermission(
  ctx: Pick<RequestContext, 'principal'>,
  permission: string,
  item?: Item | null,
): void {
  const { principal } = ctx
  const rules = rulesOf(principal, permission)
  if (rules.length > 0 && (item === undefined || may(ctx, permission, item))) return
  if (principal.kind === 'anonymous') throw new AppError(errors.unauthenticated)
  throw new AppError(errors.forbidden, {
    detail: refusalOf(permission, rules, userIdOf(principal), item ?? null),
  })
}

/** Why the rules by which a permission is held do not allow an action on an item. */
export function refusalOf(
  permission: string,
  rules: readonly GrantRule[],
  userId: string | undefined,
  item: Item | null,
): string {
  const reasons = rules.map((rule) => judge(rule, userId, item).detail)
  if (reasons.length === 0) return `The permission ${permission} is missing.`
  return `The permission ${permission} reaches ${[...new Set(reasons)].join('; or ')}.`
}

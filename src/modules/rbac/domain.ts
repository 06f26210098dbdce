import type { RequestContext, TenantSnapshot } from '../../kernel/context.ts'
import { AppError, invalid } from '../../kernel/errors.ts'
import type { ModuleFacts } from '../../kernel/module.ts'
import { SYSTEM_ROLES, grantsOf } from '../../kernel/permissions.ts'
import { rbacErrors } from './errors.ts'
import type { PermissionEntry, Role } from './types.ts'

/** What the roles permit together in the tenant. A role that the tenant lacks permits nothing. */
export function permissionsOf(
  tenant: Pick<TenantSnapshot, 'roles'>,
  roles: readonly string[],
): ReadonlySet<string> {
  return new Set(roles.flatMap((role) => grantsIn(tenant, role) ?? []))
}

/** Every permission that the modules declare: what a system principal may hold. */
export function allPermissions(modules: readonly ModuleFacts[]): ReadonlySet<string> {
  return new Set(modules.flatMap((module) => module.permissions.map(({ name }) => name)))
}

/** The wanted permissions that the held ones do not cover; `x` covers `x:own`. */
export function uncovered(held: ReadonlySet<string>, wanted: Iterable<string>): string[] {
  return [...wanted].filter((name) => !held.has(name) && !held.has(name.replace(/:own$/, '')))
}

/**
 * Throws unless the caller may hand out the roles: each exists in the tenant (`invalid_input` at
 * `/roles/<n>`) and permits nothing that the caller lacks (`rbac.grant_too_wide`).
 */
export function requireGrantable(
  ctx: Pick<RequestContext, 'tenant' | 'principal'>,
  roles: readonly string[],
): void {
  const unknown = roles.findIndex((role) => grantsIn(ctx.tenant, role) === undefined)
  if (unknown >= 0) throw invalid(`/roles/${unknown}`, 'is not a role of this tenant')
  requireCovers(ctx, roles)
}

/** Throws `rbac.grant_too_wide` when the roles permit something that the caller lacks. */
export function requireCovers(
  ctx: Pick<RequestContext, 'tenant' | 'principal'>,
  roles: readonly string[],
): void {
  const held = ctx.principal.kind === 'anonymous' ? new Set<string>() : ctx.principal.permissions
  const [lacking] = uncovered(held, permissionsOf(ctx.tenant, roles))
  if (lacking !== undefined) {
    throw new AppError(rbacErrors.grantTooWide, {
      detail: `The permission ${lacking} is missing.`,
    })
  }
}

/** For each seeded role, what the release declares and the role lacks. */
export function missingGrants(
  roles: readonly Role[],
  modules: readonly ModuleFacts[],
): { readonly role: Role; readonly permissions: readonly string[] }[] {
  const definitions = modules.flatMap((module) => module.permissions)
  return SYSTEM_ROLES.flatMap((slug) => {
    const role = roles.find((candidate) => candidate.slug === slug)
    const missing = role && uncovered(new Set(role.permissions), grantsOf(slug, definitions))
    return role && missing && missing.length > 0 ? [{ role, permissions: missing }] : []
  })
}

/** The permission matrix: what the modules declare, by name, with the roles that hold it. */
export function matrixOf(
  modules: readonly ModuleFacts[],
  roles: readonly Role[],
): PermissionEntry[] {
  const holdersOf = (name: string) =>
    roles.filter((role) => role.permissions.includes(name)).map((role) => role.slug)
  return modules
    .flatMap((module) =>
      module.permissions.map(({ name, description }) => ({
        name,
        description,
        module: module.slug,
        roles: holdersOf(name),
        ownRoles: holdersOf(`${name}:own`),
      })),
    )
    .sort((left, right) => (left.name < right.name ? -1 : 1))
}

function grantsIn(
  tenant: Pick<TenantSnapshot, 'roles'>,
  role: string,
): readonly string[] | undefined {
  return Object.hasOwn(tenant.roles, role) ? tenant.roles[role] : undefined
}

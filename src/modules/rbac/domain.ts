import type { RequestContext, TenantSnapshot } from '../../kernel/context.ts'
import { AppError, invalid } from '../../kernel/errors.ts'
import {
  EVERYTHING,
  type Grant,
  type GrantRule,
  type Grants,
  type Permissions,
  covers,
  isUnbounded,
} from '../../kernel/grants.ts'
import type { ModuleFacts } from '../../kernel/module.ts'
import { type PermissionDefinition, SYSTEM_ROLES, grantsOf } from '../../kernel/permissions.ts'
import { rbacErrors } from './errors.ts'
import type { GrantDto, PermissionEntry, Role } from './schemas.ts'

/** What the roles permit together in the tenant. A role that the tenant lacks permits nothing. */
export function permissionsOf(
  tenant: Pick<TenantSnapshot, 'roles'>,
  roles: readonly string[],
): Permissions {
  const [first = new Map(), ...more] = roles.map((role) => permitted(grantsIn(tenant, role) ?? {}))
  if (more.length === 0) return first
  const held = new Map(first)
  for (const [name, rules] of more.flatMap((permissions) => [...permissions])) {
    held.set(name, simplest([...(held.get(name) ?? []), ...rules]))
  }
  return held
}

const known = new WeakMap<Grants, Permissions>()

/** Worked out once for the grants of a snapshot, which every request of its tenant looks into. */
function permitted(grants: Grants): Permissions {
  let permissions = known.get(grants)
  if (!permissions) {
    permissions = new Map(Object.entries(grants).map(([name, rules]) => [name, simplest(rules)]))
    known.set(grants, permissions)
  }
  return permissions
}

/** What the role holds in the tenant of one permission. */
export function rulesIn(
  tenant: Pick<TenantSnapshot, 'roles'>,
  role: string,
  permission: string,
): readonly GrantRule[] {
  return grantsIn(tenant, role)?.[permission] ?? []
}

/** Every permission that the modules declare. */
export function allPermissions(modules: readonly ModuleFacts[]): ReadonlySet<string> {
  return new Set(modules.flatMap((module) => module.permissions.map(({ name }) => name)))
}

/** The permission of that name with its module, or undefined. */
export function permissionNamed(
  modules: readonly ModuleFacts[],
  name: string,
): (PermissionDefinition & { readonly module: string }) | undefined {
  for (const { slug, permissions } of modules) {
    const found = permissions.find((definition) => definition.name === name)
    if (found) return { ...found, module: slug }
  }
  return undefined
}

/** The wanted permissions that the held ones do not cover, rules compared with rules. */
export function uncovered(held: Permissions, wanted: Permissions): string[] {
  return [...wanted]
    .filter(([name, rules]) => !rules.every((rule) => covers(held.get(name) ?? [], rule)))
    .map(([name]) => name)
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
  requireHeld(ctx, permissionsOf(ctx.tenant, roles))
}

/** Throws `rbac.grant_too_wide` for permissions beyond the caller's own. */
export function requireHeld(
  { principal }: Pick<RequestContext, 'principal'>,
  wanted: Permissions,
): void {
  const held: Permissions = principal.kind === 'anonymous' ? new Map() : principal.permissions
  const [lacking] = uncovered(held, wanted)
  if (lacking === undefined) return
  const fault = held.has(lacking) ? 'is held for less than this' : 'is missing'
  throw new AppError(rbacErrors.grantTooWide, { detail: `The permission ${lacking} ${fault}.` })
}

/** Grants as a list, by permission. */
export function grantList(grants: Grants): GrantDto[] {
  return Object.entries(grants)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([permission, rules]) => rules.map((rule) => ({ permission, ...ruleDto(rule) })))
}

/** A rule as clients see it. */
export function ruleDto({ own, statuses, fields }: GrantRule): Omit<GrantDto, 'permission'> {
  return {
    ...(own && { own }),
    ...(statuses && { statuses: [...statuses] }),
    ...(fields && { fields: [...fields] }),
  }
}

/**
 * The grants of a list. Throws `invalid_input` for what no module declares: a permission, or a rule,
 * a status or a field of it.
 */
export function grantsFrom(modules: readonly ModuleFacts[], list: readonly Grant[]): Grants {
  const grants = new Map<string, readonly GrantRule[]>()
  for (const [index, { permission, ...rule }] of list.entries()) {
    const definition = permissionNamed(modules, permission)
    if (!definition) throw invalid(`/grants/${index}/permission`, 'is not a permission')
    requireRule(`/grants/${index}`, definition, rule)
    grants.set(permission, simplest([...(grants.get(permission) ?? []), rule]))
  }
  return Object.fromEntries(grants)
}

function requireRule(pointer: string, { name, rules }: PermissionDefinition, rule: GrantRule) {
  if (rule.own && !rules?.own) throw invalid(`${pointer}/own`, `is no rule of ${name}`)
  for (const part of ['statuses', 'fields'] as const) {
    const known = rules?.[part]
    const named = rule[part]
    if (named && !known) throw invalid(`${pointer}/${part}`, `is no rule of ${name}`)
    const unknown = named?.findIndex((word) => !known?.includes(word)) ?? -1
    if (unknown >= 0)
      throw invalid(`${pointer}/${part}/${unknown}`, `is not one of ${known?.join(', ')}`)
  }
}

/** The rules without those that are there twice; one that narrows nothing makes all others idle. */
function simplest(rules: readonly GrantRule[]): readonly GrantRule[] {
  if (rules.some(isUnbounded)) return [EVERYTHING]
  const texts = rules.map((rule) => JSON.stringify(rule))
  return rules.filter((_, index) => texts.indexOf(texts[index] ?? '') === index)
}

/** For each seeded role, what the release declares and the role lacks, added to what it has of it. */
export function missingGrants(
  roles: readonly Role[],
  modules: readonly ModuleFacts[],
): { readonly role: Role; readonly grants: Grants }[] {
  const definitions = modules.flatMap((module) => module.permissions)
  return SYSTEM_ROLES.flatMap((slug) => {
    const role = roles.find((candidate) => candidate.slug === slug)
    if (!role) return []
    const held = permissionsOf({ roles: { [slug]: grouped(role.grants) } }, [slug])
    const declared = new Map(Object.entries(grantsOf(slug, definitions)))
    const missing = uncovered(held, declared)
    const grants = missing.map((name) => [
      name,
      simplest([...(held.get(name) ?? []), ...(declared.get(name) ?? [])]),
    ])
    return missing.length > 0 ? [{ role, grants: Object.fromEntries(grants) }] : []
  })
}

/** A list of grants by permission. */
export function grouped(list: readonly Grant[]): Grants {
  const grants: Record<string, GrantRule[]> = {}
  for (const { permission, ...rule } of list) (grants[permission] ??= []).push(rule)
  return grants
}

/** The permission matrix: what the modules declare, by name, with the roles that hold it. */
export function matrixOf(
  modules: readonly ModuleFacts[],
  roles: readonly Role[],
): PermissionEntry[] {
  const held = roles.flatMap(({ slug, grants }) => grants.map((grant) => ({ role: slug, grant })))
  return modules
    .flatMap(({ slug, permissions }) =>
      permissions.map(({ name, description, rules }) => ({
        name,
        description,
        module: slug,
        rules: rules ? { item: rules.item, ...ruleDto(rules) } : null,
        grants: held.flatMap(({ role, grant: { permission, ...rule } }) =>
          permission === name ? [{ role, ...rule }] : [],
        ),
      })),
    )
    .sort((left, right) => (left.name < right.name ? -1 : 1))
}

function grantsIn(tenant: Pick<TenantSnapshot, 'roles'>, role: string): Grants | undefined {
  return Object.hasOwn(tenant.roles, role) ? tenant.roles[role] : undefined
}

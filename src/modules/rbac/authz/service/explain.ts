import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors, invalid } from '../../../../kernel/errors.ts'
import { type GrantRule, type Item, allows, isUnbounded, judge } from '../../../../kernel/grants.ts'
import {
  type PermissionDefinition,
  may,
  refusalOf,
  rulesOf,
  userIdOf,
} from '../../../../kernel/permissions.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { permissionNamed, permissionsOf, ruleDto, rulesIn } from '../../domain.ts'
import type { CanInput, ExplainInput, Explanation } from '../schemas.ts'

/** Whose rights are looked at. */
interface Asked {
  readonly userId: string | undefined
  readonly roles: readonly string[]
  readonly isActive: boolean
  readonly rules: readonly GrantRule[]
}

type Named = PermissionDefinition & { readonly module: string }

/**
 * Whether the caller may; on some item when none is named. One round trip. Throws 401,
 * `invalid_input` for an unknown permission or kind of item, and 404 for an item that the caller may
 * not know of.
 */
export async function can(
  deps: Deps,
  ctx: RequestContext,
  { permission, type, itemId }: CanInput,
): Promise<{ allowed: boolean }> {
  const item = type === undefined ? undefined : { type, id: itemId }
  return { allowed: (await decide(deps, ctx, { permission, item }, '')).allowed }
}

/**
 * Whether a user may, and why: what each of its roles says of the permission. Another user than the
 * caller needs `users:read`. One round trip. Throws as `can` does, and 404 for a user that the caller
 * may not know of.
 */
export function explain(
  deps: Deps,
  ctx: RequestContext,
  input: ExplainInput,
): Promise<Explanation> {
  return decide(deps, ctx, input, '/item')
}

/** `at` is where the input names the item. */
async function decide(
  deps: Deps,
  ctx: RequestContext,
  input: ExplainInput,
  at: string,
): Promise<Explanation> {
  if (ctx.principal.kind === 'anonymous') throw new AppError(errors.unauthenticated)
  const definition = permissionNamed(deps.modules, input.permission)
  if (!definition) throw invalid('/permission', 'is not a permission')
  const [asked, item] = await Promise.all([
    askedAbout(deps, ctx, input),
    itemOf(deps, ctx, definition, { asked: input.item, at }),
  ])
  // A session that has ended is told nothing, also where nothing had to be read.
  if (deps.db.stats().roundTrips === 0) await deps.db.confirm()
  const grants = asked.roles.flatMap((role) =>
    rulesIn(ctx.tenant, role, definition.name).map((rule) => ({
      role,
      grant: { permission: definition.name, ...ruleDto(rule) },
      ...verdictOf(rule, asked, item),
    })),
  )
  const fault = faultOf(ctx, definition, asked, item, grants.length > 0)
  return {
    permission: definition.name,
    allowed: fault === undefined,
    because: fault ?? reasonOf(asked, item, grants),
    grants,
  }
}

async function askedAbout(
  deps: Deps,
  ctx: RequestContext,
  { permission, userId }: ExplainInput,
): Promise<Asked> {
  const { principal } = ctx
  if (userId === undefined || userId === userIdOf(principal)) {
    const roles = 'roles' in principal ? principal.roles : []
    return {
      userId: userIdOf(principal),
      roles,
      isActive: true,
      rules: rulesOf(principal, permission),
    }
  }
  const { subjectOf } = deps.modules.find((module) => module.subjectOf) ?? {}
  const subject = await subjectOf?.(deps, ctx, userId)
  if (!subject || !may(ctx, 'users:read', { ownerId: userId })) throw new AppError(errors.notFound)
  const rules = permissionsOf(ctx.tenant, subject.roles).get(permission) ?? []
  return { userId, ...subject, rules }
}

/** The item that is named, or the one that is described; undefined when the question is about any. */
async function itemOf(
  deps: Deps,
  ctx: RequestContext,
  { rules }: Named,
  { asked, at }: { asked: ExplainInput['item']; at: string },
): Promise<Item | undefined> {
  if (!asked) return undefined
  const { type, id, fields, ownerId = null, status } = asked
  if (type === undefined && id === undefined) return { ownerId, status, fields }
  if (type === undefined || type !== rules?.item)
    throw invalid(`${at}/type`, `is not ${rules?.item ?? 'a kind of item that rules are about'}`)
  if (id === undefined) throw invalid(`${at}/id`, 'is missing')
  const owner = deps.modules.find(({ items }) => Object.hasOwn(items, type))
  const isOff = owner && ctx.tenant.modules[owner.slug]?.enabled === false
  const found = isOff ? undefined : await owner?.items[type]?.(deps, ctx, id)
  if (!found) throw new AppError(errors.notFound)
  return { ...found, fields }
}

function verdictOf(rule: GrantRule, { userId }: Asked, item: Item | undefined) {
  if (item) return judge(rule, userId, item)
  if (isUnbounded(rule)) return { outcome: 'allows', detail: 'allows it' } as const
  return { outcome: 'depends', detail: judge(rule, undefined, null).detail } as const
}

/** Why the user may not; undefined when it may. */
function faultOf(
  ctx: RequestContext,
  { name, module }: Named,
  { isActive, roles, rules, userId }: Asked,
  item: Item | undefined,
  isGranted: boolean,
): string | undefined {
  if (ctx.tenant.modules[module]?.enabled === false) return `The module ${module} is switched off.`
  if (!isActive) return 'The user is not active.'
  if (rules.length === 0) {
    return isGranted
      ? `The roles permit ${name}, and what the caller is signed in with leaves it out.`
      : `None of the roles ${roles.join(', ') || '(none)'} holds the permission ${name}.`
  }
  const passes = item === undefined || allows(rules, userId, item)
  return passes ? undefined : refusalOf(name, rules, userId, item)
}

function reasonOf({ rules }: Asked, item: Item | undefined, grants: Explanation['grants']): string {
  const allowing = [
    ...new Set(grants.flatMap(({ role, outcome }) => (outcome === 'allows' ? [role] : []))),
  ]
  if (allowing.length > 0) return `${allowing.join(', ')} allows it.`
  if (item === undefined && !rules.some(isUnbounded)) return 'It is allowed for some items.'
  return 'The grants allow it together.'
}

import type { RequestContext } from '../../../kernel/context.ts'
import { AppError, errors, invalid } from '../../../kernel/errors.ts'
import { eventOf } from '../../../kernel/events.ts'
import { limits } from '../../../kernel/limits.ts'
import { requirePermission, scopeOf } from '../../../kernel/permissions.ts'
import type { Deps } from '../../../ports/deps.ts'
import { requireStepUp, stepUpRefusals } from '../../auth/index.ts'
import { commit } from '../../commit/index.ts'
import { permissionNamed, rbacErrors } from '../../rbac/index.ts'
import { expiryOf } from '../domain.ts'
import { apiKeysErrors } from '../errors.ts'
import { keyCreated } from '../events.ts'
import { findMaker, insertKey } from '../repo.ts'
import type { CreateKeyInput, NewKeyDto } from '../schemas.ts'
import {
  type MakeDeps,
  allowsEndless,
  keyDto,
  makerOf,
  newKey,
  tellMaker,
  withoutKey,
} from './shared.ts'

/**
 * Makes a key for the caller, shows it this once and tells the caller by mail. Throws
 * `session_required` for anybody but a user with a session, `rbac.grant_too_wide` for scopes that the
 * caller lacks, `keys.too_many`, and `invalid_input` for a scope that is unknown or for sessions only
 * and for an end that is refused;
 * `auth.step_up_required`.
 */
export async function createKey(
  deps: MakeDeps & Pick<Deps, 'modules'>,
  ctx: RequestContext,
  input: CreateKeyInput,
): Promise<NewKeyDto> {
  requirePermission(ctx, 'keys:create')
  const userId = makerOf(ctx)
  const { name, scopes, allowedAddresses = [] } = input
  requireScopes(deps, scopes)
  const lacking = scopes.find((scope) => scopeOf(ctx.principal, scope) === 'none')
  if (lacking !== undefined) throw tooWide(lacking)
  const expiresAt = requireExpiry(ctx, input.expiresAt)
  const maker = await deps.db.first(findMaker(ctx.tenant.id, userId))
  if (!maker) throw new AppError(errors.unauthenticated)
  const wish = { userId, name, scopes, allowedAddresses, expiresAt }
  const { key, text, hash } = await newKey(deps, ctx, wish)
  const mail = await tellMaker(deps, ctx, maker, key)
  const after = { name, scopes, allowedAddresses, expiresAt }
  return commit(deps, withoutKey(ctx), {
    writes: [requireStepUp(ctx), insertKey(ctx.tenant.id, key, hash), ...mail.writes],
    events: [
      eventOf(keyCreated, { type: 'keys.key', id: key.id, version: 1 }, { keyId: key.id, userId }),
    ],
    jobs: mail.jobs,
    audit: {
      action: keyCreated.type,
      targetType: 'keys.key',
      targetId: key.id,
      changes: Object.fromEntries(
        Object.entries(after).map(([field, value]) => [field, { after: value }]),
      ),
    },
    result: { ...keyDto(key), key: text },
    refusals: { state_allows: apiKeysErrors.tooMany, ...stepUpRefusals },
  })
}

/** Throws `invalid_input` for scopes that no module declares or that a key never holds. */
function requireScopes({ modules }: Pick<Deps, 'modules'>, scopes: readonly string[]): void {
  for (const scope of scopes) {
    const definition = permissionNamed(modules, scope)
    if (!definition) throw invalid('/scopes', `${scope} is not a permission`)
    if (definition.sessionOnly) throw invalid('/scopes', `${scope} needs a session`)
  }
}

/** The refusal of a scope that is not there to give. */
export function tooWide(scope: string): AppError {
  const detail = `The permission ${scope} is missing.`
  return new AppError(rbacErrors.grantTooWide, { detail })
}

function requireExpiry(ctx: RequestContext, asked: CreateKeyInput['expiresAt']): number | null {
  const instant = typeof asked === 'string' ? Date.parse(asked) : asked
  const expiresAt = expiryOf(instant, ctx.now, allowsEndless(ctx))
  if (expiresAt !== undefined) return expiresAt
  throw invalid('/expiresAt', `must be at most ${limits.keys.maxDays} days away and not past`)
}

import type { RequestContext } from '../../../kernel/context.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { eventOf } from '../../../kernel/events.ts'
import { requirePermission } from '../../../kernel/permissions.ts'
import { requireStepUp, stepUpRefusals } from '../../auth/index.ts'
import { type AuditEntry, commit } from '../../commit/index.ts'
import { earlierEnd, heirExpiry, isLive } from '../domain.ts'
import { apiKeysErrors } from '../errors.ts'
import { keyCreated, keyRotated } from '../events.ts'
import { findMaker, insertKey, updateKey } from '../repo.ts'
import type { NewKeyDto } from '../schemas.ts'
import type { ApiKey } from '../types.ts'
import {
  type MakeDeps,
  allowsEndless,
  keyDto,
  loadKey,
  makerOf,
  newKey,
  tellMaker,
  withoutKey,
} from './shared.ts'

/**
 * Puts another key in the place of one, with its name, scopes and addresses and as long a life, and
 * shows it this once. The one before works on for the overlap.
 *
 * Only the maker may: whoever reads a key can act as its maker. Throws 404, `forbidden`,
 * `session_required`, `auth.step_up_required`, `keys.ended` and `keys.too_many`.
 */
export async function rotateKey(
  deps: MakeDeps,
  ctx: RequestContext,
  input: { readonly id: string; readonly overlapSeconds: number },
): Promise<NewKeyDto> {
  requirePermission(ctx, 'keys:update')
  const userId = makerOf(ctx)
  const tenantId = ctx.tenant.id
  const [before, maker] = await Promise.all([
    loadKey(deps, ctx, input.id, 'keys:update'),
    deps.db.first(findMaker(tenantId, userId)),
  ])
  if (before.userId !== userId || !maker)
    throw new AppError(errors.forbidden, { detail: 'Only its maker may rotate a key.' })
  if (!isLive(before, ctx.now) || before.replacedBy !== null)
    throw new AppError(apiKeysErrors.ended)
  const { name, scopes, allowedAddresses } = before
  const expiresAt = heirExpiry(before, ctx.now, allowsEndless(ctx))
  const wish = { userId, name, scopes, allowedAddresses, expiresAt }
  const made = await newKey(deps, ctx, wish)
  const mail = await tellMaker(deps, ctx, maker, made.key)
  const replaced: ApiKey = {
    ...before,
    replacedBy: made.key.id,
    endsAt: earlierEnd(before.endsAt, ctx.now + input.overlapSeconds * 1_000),
    version: before.version + 1,
    updatedAt: ctx.now,
  }
  const happened = { replacedBy: made.key.id, keyId: before.id, userId }
  return commit(deps, withoutKey(ctx), {
    writes: [
      requireStepUp(ctx),
      updateKey(tenantId, replaced),
      insertKey(tenantId, made.key, made.hash),
      ...mail.writes,
    ],
    events: [
      eventOf(keyRotated, aggregateOf(replaced), happened),
      eventOf(keyCreated, aggregateOf(made.key), { keyId: made.key.id, userId }),
    ],
    jobs: mail.jobs,
    audit: auditOf(before, replaced),
    result: { ...keyDto(made.key), key: made.text },
    refusals: {
      version_matches: errors.conflict,
      state_allows: apiKeysErrors.tooMany,
      ...stepUpRefusals,
    },
  })
}

function auditOf(before: ApiKey, after: ApiKey): AuditEntry {
  return {
    action: keyRotated.type,
    targetType: 'keys.key',
    targetId: before.id,
    changes: {
      replacedBy: { before: before.replacedBy, after: after.replacedBy },
      endsAt: { before: before.endsAt, after: after.endsAt },
    },
  }
}

function aggregateOf({ id, version }: ApiKey) {
  return { type: 'keys.key', id, version }
}

import type { RequestContext } from '../../../kernel/context.ts'
import { AppError } from '../../../kernel/errors.ts'
import { type DomainEvent, eventOf } from '../../../kernel/events.ts'
import { type ExpectedVersion, requireVersion } from '../../../kernel/version.ts'
import { commit } from '../../commit/index.ts'
import { earlierEnd, isLive } from '../domain.ts'
import { apiKeysErrors } from '../errors.ts'
import { keyRevoked, keyUpdated } from '../events.ts'
import { updateKey as updateWrite } from '../repo.ts'
import type { KeyDto, UpdateKeyInput } from '../schemas.ts'
import type { ApiKey } from '../types.ts'
import { tooWide } from './create-key.ts'
import { type WriteDeps, keyDto, loadKey } from './shared.ts'

/**
 * Renames a key, narrows its scopes or says from where it may be used; what is absent stays. Throws
 * 404, 412, `rbac.grant_too_wide` for a scope that the key lacks, and `keys.ended`.
 */
export async function updateKey(
  deps: WriteDeps,
  ctx: RequestContext,
  input: UpdateKeyInput & { readonly id: string; readonly ifMatch: ExpectedVersion },
): Promise<KeyDto> {
  const before = await loadKey(deps, ctx, input.id, 'keys:update')
  requireVersion(before.version, input.ifMatch)
  if (!isLive(before, ctx.now)) throw new AppError(apiKeysErrors.ended)
  const { name = before.name, scopes = before.scopes } = input
  const { allowedAddresses = before.allowedAddresses } = input
  const lacking = scopes.find((scope) => !before.scopes.includes(scope))
  if (lacking !== undefined) throw tooWide(lacking)
  const after = { ...before, name, scopes, allowedAddresses }
  return changeKey(deps, ctx, { before, after, type: keyUpdated })
}

/** Ends a key at once. One that has ended is answered as it is. Throws 404. */
export async function revokeKey(
  deps: WriteDeps,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<KeyDto> {
  const before = await loadKey(deps, ctx, id, 'keys:revoke')
  if (!isLive(before, ctx.now)) return keyDto(before)
  const endsAt = earlierEnd(before.endsAt, ctx.now)
  const after = { ...before, endsAt, revokedAt: ctx.now }
  return changeKey(deps, ctx, { before, after, type: keyRevoked })
}

interface Change {
  readonly before: ApiKey
  readonly after: ApiKey
  readonly type: typeof keyUpdated
}

async function changeKey(
  deps: WriteDeps,
  ctx: RequestContext,
  { before, after, type }: Change,
): Promise<KeyDto> {
  const next = { ...after, version: before.version + 1, updatedAt: ctx.now }
  return commit(deps, ctx, {
    writes: [updateWrite(ctx.tenant.id, next)],
    events: [keyEvent(type, next)],
    audit: {
      action: type.type,
      targetType: 'keys.key',
      targetId: before.id,
      changes: changesOf(before, after),
    },
    result: keyDto(next),
  })
}

function keyEvent(type: typeof keyUpdated, { id, userId, version }: ApiKey): DomainEvent {
  return eventOf(type, { type: 'keys.key', id, version }, { keyId: id, userId })
}

const AUDITED = ['name', 'scopes', 'allowedAddresses', 'endsAt', 'revokedAt'] as const

function changesOf(before: ApiKey, after: ApiKey): Record<string, unknown> {
  return Object.fromEntries(
    AUDITED.filter((field) => String(before[field]) !== String(after[field])).map((field) => [
      field,
      { before: before[field], after: after[field] },
    ]),
  )
}

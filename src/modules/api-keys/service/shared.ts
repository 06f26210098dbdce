import { toRfc3339, toRfc3339OrNull } from '../../../kernel/clock.ts'
import type { RequestContext } from '../../../kernel/context.ts'
import { sha256 } from '../../../kernel/digest.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { requirePermission } from '../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../ports/deps.ts'
import { type QueuedMail, queueMail } from '../../mail/index.ts'
import { SECRET_BYTES, keyText, prefixOf } from '../domain.ts'
import { keyCreatedMail } from '../mails.tsx'
import { findKeyRow, toKey } from '../repo.ts'
import { type KeyDto, keysSettings } from '../schemas.ts'
import type { ApiKey, Maker } from '../types.ts'

export type WriteDeps = Pick<Deps, CommitPort>

/** What making a key needs. */
export type MakeDeps = WriteDeps & Pick<Deps, 'secrets'>

/** A key as clients see it. */
export function keyDto(key: ApiKey): KeyDto {
  return {
    ...key,
    prefix: prefixOf(key.id),
    scopes: [...key.scopes],
    allowedAddresses: [...key.allowedAddresses],
    expiresAt: toRfc3339OrNull(key.expiresAt),
    endsAt: toRfc3339OrNull(key.endsAt),
    revokedAt: toRfc3339OrNull(key.revokedAt),
    lastUsedAt: toRfc3339OrNull(key.lastUsedAt),
    createdAt: toRfc3339(key.createdAt),
    updatedAt: toRfc3339(key.updatedAt),
  }
}

/**
 * A key that the caller may do something with. Throws 404, and 403 for somebody else's where the
 * permission is for one's own only.
 */
export async function loadKey(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  id: string,
  permission: string,
): Promise<ApiKey> {
  requirePermission(ctx, permission)
  const row = await deps.db.first(findKeyRow({ tenantId: ctx.tenant.id, id }))
  if (!row) throw new AppError(errors.notFound)
  requirePermission(ctx, permission, { ownerId: row.userId })
  return toKey(row)
}

/** The user behind a session. Throws `session_required` for everybody else: a key is a person's. */
export function makerOf({ principal }: RequestContext): string {
  if (principal.kind !== 'user') throw new AppError(errors.sessionRequired)
  return principal.userId
}

/** Whether the tenant lets keys have no end. */
export function allowsEndless({ tenant }: RequestContext): boolean {
  return keysSettings.parse(tenant.modules['keys']?.settings ?? {}).endlessKeys
}

/** What a key is made of. */
export type KeyWish = Pick<ApiKey, 'userId' | 'name' | 'scopes' | 'allowedAddresses' | 'expiresAt'>

/** A new key: the row, the text that is shown once, and the hash that is kept. */
export async function newKey(
  deps: Pick<Deps, 'ids'>,
  ctx: RequestContext,
  wish: KeyWish,
): Promise<{ key: ApiKey; text: string; hash: string }> {
  const id = deps.ids.next()
  const text = keyText({ tenantId: ctx.tenant.id, keyId: id }, deps.ids.random(SECRET_BYTES))
  const key: ApiKey = {
    ...wish,
    id,
    endsAt: wish.expiresAt,
    revokedAt: null,
    replacedBy: null,
    lastUsedAt: null,
    lastUsedAddress: null,
    version: 1,
    createdAt: ctx.now,
    updatedAt: ctx.now,
  }
  return { key, text, hash: await sha256(text) }
}

/** Tells the maker that there is a new key. */
export function tellMaker(
  deps: Pick<Deps, 'ids' | 'secrets'>,
  ctx: RequestContext,
  maker: Maker,
  key: ApiKey,
): Promise<QueuedMail> {
  return queueMail(deps, ctx, {
    mail: keyCreatedMail,
    to: { address: maker.email, name: maker.name },
    props: { prefix: prefixOf(key.id), scopes: key.scopes.length },
    dedupeKey: `keys/created:${key.id}`,
  })
}

/** The context without its idempotency key: what shows a key is never stored. */
export function withoutKey(ctx: RequestContext): RequestContext {
  const { idempotency: _, ...rest } = ctx
  return rest
}

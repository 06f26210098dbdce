import { equalTexts } from '../../../kernel/cursor.ts'
import type { Deps } from '../../../ports/deps.ts'
import { type KeyName, isLive } from '../domain.ts'
import { findHeldKey, noteUse, toKeyRecord } from '../repo.ts'
import type { KeyRecord } from '../types.ts'

/**
 * What a presented key is:
 * - `live`: it and its maker may act.
 * - `resting`: its maker is disabled and may be enabled again.
 * - `dead`: not a key of the tenant, or ended; it never works again.
 */
export type FoundKey =
  | { readonly kind: 'live'; readonly record: KeyRecord }
  | { readonly kind: 'resting' | 'dead' }

/** Looks for a key by its name and proves it by the SHA-256 of its text. */
export async function findKey(
  deps: Pick<Deps, 'db'>,
  { tenantId, keyId }: KeyName,
  hash: string,
  now: number,
): Promise<FoundKey> {
  const row = await deps.db.first(findHeldKey(tenantId, keyId))
  if (!row || !equalTexts(row.hash, hash) || !isLive(row, now)) return { kind: 'dead' }
  if (row.status !== 'active') return { kind: 'resting' }
  return { kind: 'live', record: toKeyRecord(tenantId, row) }
}

/** Notes when and from where a key was used; at most once a minute is written. */
export async function noteKeyUse(
  deps: Pick<Deps, 'db'>,
  record: KeyRecord,
  address: string | null,
  now: number,
): Promise<void> {
  await deps.db.bookkeep([noteUse(record, address, now)])
}

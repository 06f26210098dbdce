import { waitUntil } from 'cloudflare:workers'
import type { TenantSnapshot } from '../../kernel/context.ts'
import { sha256 } from '../../kernel/digest.ts'
import { AppError, errors } from '../../kernel/errors.ts'
import { limits } from '../../kernel/limits.ts'
import { isWithin } from '../../kernel/net-address.ts'
import {
  type KeyName,
  type KeyRecord,
  apiKeysErrors,
  findKey,
  noteKeyUse,
  readKeyText,
} from '../../modules/api-keys/index.ts'
import type { Database } from '../../ports/database.ts'
import type { Incoming } from './call.ts'
import { clientAddressOf } from './headers.ts'
import { authoriseAddress } from './rate-limit.ts'

/** A key as a request presents it: its text names it, and nothing has proven it. */
export interface PresentedKey extends KeyName {
  readonly text: string
}

/** A key that a request was let in by, and its place in the isolate's memory. */
export interface UsedKey {
  readonly place: string
  readonly shard: string
  readonly record: KeyRecord
}

/**
 * The API key of the request, sent as `Authorization: Bearer`; undefined when what it sends is none.
 * Throws 401 for one that is mistyped, without a look at the database; where credentials are ignored,
 * that is none.
 */
export function presentedKey({ request }: Incoming, isIgnored: boolean): PresentedKey | undefined {
  const text = /^Bearer (rtk_.*)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  if (text === undefined) return undefined
  const name = readKeyText(text)
  if (name) return { ...name, text }
  if (isIgnored) return undefined
  throw refusal()
}

/**
 * Proves a presented key, from memory or by one database trip. What memory knows may have changed:
 * the key's gate finds that out. Throws 401 for a key that does not work, and 403
 * `keys.address_refused` for one that works from other addresses only.
 */
export async function admitKey(
  incoming: Incoming,
  tenant: TenantSnapshot,
  presented: PresentedKey,
): Promise<{ readonly record: KeyRecord; readonly lookups: readonly Database[] }> {
  const { isolate, request, facts, now } = incoming
  const memory = isolate.keyMemory
  const hash = await sha256(presented.text)
  const place = `${tenant.id}/${hash}`
  const address = clientAddressOf(request)
  if ((memory.refused.get(place) ?? 0) > now) throw refusal()
  const remembered = memory.known.get(place)
  if (remembered && remembered.until > now && mayComeFrom(remembered.record, address)) {
    facts.key = { place, shard: tenant.shard, record: remembered.record }
    return { record: remembered.record, lookups: [] }
  }
  // Whoever guesses keys spends the budget of an address.
  authoriseAddress(isolate, request, tenant, undefined, now)
  const db = isolate.shared.shards.openUngated(tenant.shard)
  facts.databases.push(db)
  const found = await findKey({ db }, { ...presented, tenantId: tenant.id }, hash, now)
  if (found.kind === 'dead') memory.refused.set(place, now + limits.keys.refusedMilliseconds)
  if (found.kind !== 'live') throw refusal()
  const { record } = found
  memory.known.set(place, { record, until: now + limits.keys.rememberedMilliseconds })
  if (!mayComeFrom(record, address)) throw new AppError(apiKeysErrors.addressRefused)
  facts.key = { place, shard: tenant.shard, record }
  return { record, lookups: [db] }
}

function mayComeFrom({ allowedAddresses }: KeyRecord, address: string | undefined): boolean {
  return allowedAddresses.length === 0 || isWithin(address ?? '', allowedAddresses)
}

function refusal(): AppError {
  return new AppError(errors.unauthenticated, {
    detail: 'The API key is not valid.',
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  })
}

/** Forgets the key that the request was let in by, so that it is looked up anew. */
export function forgetKey({ isolate, facts }: Incoming): void {
  if (facts.key) isolate.keyMemory.known.delete(facts.key.place)
}

/** Notes, behind the answer, that a key was used; at most once a minute. */
export function tellKeyUse(incoming: Incoming, status: number): void {
  const { isolate, facts, now } = incoming
  if (!facts.key || status === 401) return
  const { place, record } = facts.key
  const { known } = isolate.keyMemory
  const remembered = known.get(place)
  const { lastUsedAt } = remembered?.record ?? record
  if (lastUsedAt !== null && now - lastUsedAt < limits.keys.usePauseMilliseconds) return
  if (remembered)
    known.set(place, { ...remembered, record: { ...remembered.record, lastUsedAt: now } })
  waitUntil(writeUse(incoming, facts.key))
}

async function writeUse(
  { isolate, request, now, requestId }: Incoming,
  { record, shard }: UsedKey,
): Promise<void> {
  const { shards, telemetry } = isolate.shared
  try {
    const address = clientAddressOf(request) ?? null
    await noteKeyUse({ db: shards.openUngated(shard) }, record, address, now)
  } catch (error) {
    telemetry.error('a use of a key is not noted', error, { requestId })
  }
}

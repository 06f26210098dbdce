import { fromBase64Url, toBase64Url } from '../../kernel/cursor.ts'
import { type Permissions, narrow } from '../../kernel/grants.ts'
import { isUuid, uuidFromBytes, uuidToBytes } from '../../kernel/ids.ts'
import { limits } from '../../kernel/limits.ts'
import type { ModuleFacts } from '../../kernel/module.ts'
import type { ApiKey } from './types.ts'

const MARK = 'rtk_'
const KEY = /^rtk_[A-Za-z0-9_-]{86}[0-9A-Za-z]{6}$/
const CHECKSUM_LENGTH = 6
const UUID_BYTES = 16

/** Random bytes of a key. */
export const SECRET_BYTES = 32

/** Which key a text is, by its own words; only its hash proves them. */
export interface KeyName {
  readonly tenantId: string
  readonly keyId: string
}

/**
 * The text of a key: `rtk_`, the bytes of its id, of its tenant's id and of the secret as base64url,
 * and their checksum. 96 characters.
 */
export function keyText({ tenantId, keyId }: KeyName, secret: Uint8Array): string {
  const bytes = new Uint8Array(2 * UUID_BYTES + secret.length)
  bytes.set(uuidToBytes(keyId))
  bytes.set(uuidToBytes(tenantId), UUID_BYTES)
  bytes.set(secret, 2 * UUID_BYTES)
  const text = MARK + toBase64Url(bytes)
  return text + checksumOf(text)
}

/** The key that a text names; undefined for one that is mistyped or no key at all. */
export function readKeyText(text: string): KeyName | undefined {
  if (!KEY.test(text)) return undefined
  const body = text.slice(0, -CHECKSUM_LENGTH)
  if (checksumOf(body) !== text.slice(-CHECKSUM_LENGTH)) return undefined
  const bytes = fromBase64Url(body.slice(MARK.length))
  if (!bytes) return undefined
  const keyId = uuidFromBytes(bytes.subarray(0, UUID_BYTES))
  const tenantId = uuidFromBytes(bytes.subarray(UUID_BYTES, 2 * UUID_BYTES))
  return isUuid(keyId) && isUuid(tenantId) ? { tenantId, keyId } : undefined
}

/** How lists show a key: its first 12 characters. They come from its id and are no secret. */
export function prefixOf(keyId: string): string {
  return MARK + toBase64Url(uuidToBytes(keyId).subarray(0, 6))
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The CRC-32 (ISO-HDLC, as zlib has it) of an ASCII text as 6 digits to the base 62. */
export function checksumOf(text: string): string {
  let crc = 0xffffffff
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  let rest = ~crc >>> 0
  let digits = ''
  for (let digit = 0; digit < CHECKSUM_LENGTH; digit++) {
    digits = BASE62.charAt(rest % 62) + digits
    rest = Math.floor(rest / 62)
  }
  return digits
}

/** The permissions that no key may hold, by what the modules declare. */
export function sessionOnly(modules: readonly ModuleFacts[]): ReadonlySet<string> {
  return new Set(
    modules.flatMap(({ permissions }) =>
      permissions.filter((each) => each.sessionOnly).map(({ name }) => name),
    ),
  )
}

/** What a key may do: what its maker holds of its scopes, as far as the maker's own rules reach. */
export function effectivePermissions(
  scopes: readonly string[],
  held: Permissions,
  excluded: ReadonlySet<string>,
): Permissions {
  return narrow(
    held,
    scopes.filter((scope) => !excluded.has(scope)),
  )
}

/** True while the key may be used. */
export function isLive({ endsAt }: Pick<ApiKey, 'endsAt'>, now: number): boolean {
  return endsAt === null || endsAt > now
}

const DAY = 86_400_000

/**
 * When a key ends by itself: as asked, or after 90 days. Undefined for an end that is past, more than
 * a year away, or none at all where the tenant does not allow that.
 */
export function expiryOf(
  asked: number | null | undefined,
  now: number,
  allowsEndless: boolean,
): number | null | undefined {
  if (asked === undefined) return now + limits.keys.defaultDays * DAY
  if (asked === null) return allowsEndless ? null : undefined
  return asked > now && asked <= now + limits.keys.maxDays * DAY ? asked : undefined
}

/** The end of a key that takes the place of another: it lives as long as that one was to. */
export function heirExpiry(
  { expiresAt, createdAt }: Pick<ApiKey, 'expiresAt' | 'createdAt'>,
  now: number,
  allowsEndless: boolean,
): number | null {
  if (expiresAt !== null) return now + expiresAt - createdAt
  return allowsEndless ? null : now + limits.keys.defaultDays * DAY
}

/** The earlier of two ends, of which null is never. */
export function earlierEnd(end: number | null, other: number): number {
  return end === null ? other : Math.min(end, other)
}

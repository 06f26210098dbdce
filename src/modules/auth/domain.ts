import { commonPasswords } from '../../../.generated/common-passwords.ts'
import type { TenantSnapshot } from '../../kernel/context.ts'
import { limits } from '../../kernel/limits.ts'
import { unpackTexts } from '../../kernel/text-set.ts'
import type { PlatformSettings } from '../../ports/deps.ts'
import { type AuthSettings, authSettings } from './schemas.ts'
import type { RefreshRecord } from './types.ts'

/** Shorter words occur inside good passwords by chance. */
const MIN_WORD = 4
const PRODUCT = 'rustok'

let isCommon: ((password: string) => boolean) | undefined

/** What the tenant decides of accounts. */
export function settingsOf(tenant: Pick<TenantSnapshot, 'modules'>): AuthSettings {
  return authSettings.parse(tenant.modules['auth']?.settings ?? {})
}

/** Whom a password is for: what it must not repeat. */
export interface PasswordOwner {
  readonly tenant: Pick<TenantSnapshot, 'slug' | 'name'>
  readonly email: string
}

/**
 * Why a password is refused, or undefined when it is good (OWASP ASVS 5.0 §6.2): 8 to 128 characters
 * after NFC, none of the most common ones, no run of one step, and nothing that holds the name of
 * the tenant, of the product or of the account. No other rule of composition.
 */
export function passwordProblem(password: string, owner: PasswordOwner): string | undefined {
  const characters = Array.from(password.normalize('NFC'))
  const { passwordMin, passwordMax } = limits.account
  if (characters.length < passwordMin) return `must have at least ${passwordMin} characters`
  if (characters.length > passwordMax) return `must have at most ${passwordMax} characters`
  const lower = password.normalize('NFC').toLowerCase()
  isCommon ??= unpackTexts(commonPasswords)
  if (isCommon(lower) || isRun(lower)) return 'is one of the most common passwords'
  const word = wordsOf(owner).find((candidate) => lower.includes(candidate))
  return word === undefined
    ? undefined
    : 'must not hold the name of the account, the tenant or the product'
}

/** True for `aaaaaaaa`, `12345678` and `87654321`. */
function isRun(text: string): boolean {
  const step = text.charCodeAt(1) - text.charCodeAt(0)
  if (Math.abs(step) > 1) return false
  const codes = Array.from(text, (character) => character.charCodeAt(0))
  return codes.every((code, at) => at === 0 || code - (codes[at - 1] ?? 0) === step)
}

function wordsOf({ tenant, email }: PasswordOwner): string[] {
  const name = tenant.name.toLowerCase()
  const words = [
    PRODUCT,
    tenant.slug,
    name,
    name.replaceAll(/\s/g, ''),
    email.slice(0, email.lastIndexOf('@')),
  ]
  return words.filter((word) => word.length >= MIN_WORD)
}

/** When a session ends by itself: after a pause, and at the latest. Use moves the first only. */
export function sessionEnds(
  now: number,
  settings: Pick<PlatformSettings, 'sessionIdleSeconds' | 'sessionLifetimeSeconds'>,
): { readonly idleExpiresAt: number; readonly expiresAt: number } {
  const expiresAt = now + settings.sessionLifetimeSeconds * 1_000
  return { expiresAt, idleExpiresAt: idleEnd(now, expiresAt, settings) }
}

/** The end of the pause that begins now, never past the session's own end. */
export function idleEnd(
  now: number,
  expiresAt: number,
  settings: Pick<PlatformSettings, 'sessionIdleSeconds'>,
): number {
  return Math.min(now + settings.sessionIdleSeconds * 1_000, expiresAt)
}

/**
 * What a refresh token is worth (RFC 9700 §4.14):
 * - `rotate`: unused, its heir may be made.
 * - `repeat`: used a moment ago and its heir is unused, so the answer may have been lost; the same
 *   heir is told again.
 * - `reuse`: used before; whoever holds it may have stolen it.
 * - `refuse`: the session has ended or the user is disabled.
 */
export type RefreshVerdict = 'rotate' | 'repeat' | 'reuse' | 'refuse'

export function refreshVerdict(record: RefreshRecord, now: number): RefreshVerdict {
  const { usedAt, revokedAt, idleExpiresAt, expiresAt, user } = record
  if (revokedAt !== null || expiresAt <= now || idleExpiresAt <= now) return 'refuse'
  if (user.status !== 'active') return 'refuse'
  if (usedAt === null) return 'rotate'
  const isFresh = now - usedAt <= limits.refreshGraceMilliseconds
  return isFresh && record.heirIssuedAt !== null && record.heirUsedAt === null ? 'repeat' : 'reuse'
}

/** A name as it is searched for. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

/**
 * The roles of which somebody must stay when a user loses some: super administrators, or anybody who
 * administers. Undefined when nothing is at stake.
 */
export function rolesToKeep(lost: readonly string[]): readonly string[] | undefined {
  if (lost.includes('super_admin')) return ['super_admin']
  return lost.includes('admin') ? ['super_admin', 'admin'] : undefined
}

/** The address of a user who was deleted: unique, and no mail ever goes to it (RFC 2606 §2). */
export function erasedAddress(userId: string): string {
  return `deleted-${userId}@invalid`
}

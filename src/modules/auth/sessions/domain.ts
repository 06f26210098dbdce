import { toRfc3339 } from '../../../kernel/clock.ts'
import type { LoginEntry, LoginRow, Session, SessionRow } from './types.ts'

/** Names of browsers by what they say; each also says what those behind it do. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\b(OPR|OPiOS)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS)\//, 'Chrome'],
  [/\bVersion\/\S+ (Mobile\/\S+ )?Safari\//, 'Safari'],
]

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'Mac'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

/**
 * A user agent in few words: `Firefox on Windows`, or the name of a program such as `curl`. Null for
 * what says neither. It is a hint for the owner; clients say what they like.
 */
export function deviceOf(userAgent: string | null): string | null {
  if (userAgent === null) return null
  const named = (names: typeof BROWSERS) => names.find(([pattern]) => pattern.test(userAgent))?.[1]
  const browser = named(BROWSERS)
  const system = named(SYSTEMS)
  if (browser !== undefined) return system === undefined ? browser : `${browser} on ${system}`
  const program = /^(?!Mozilla\/)([A-Za-z][\w .-]{0,39})(\/|$)/.exec(userAgent)?.[1]
  return program ?? system ?? null
}

/** The session as the API shows it to a caller whose own session has the id, if it has one. */
export function toSession(row: SessionRow, currentId: string | undefined): Session {
  const { id, clientAddress, country } = row
  return {
    id,
    device: deviceOf(row.userAgent),
    clientAddress,
    country,
    createdAt: toRfc3339(row.createdAt),
    lastUsedAt: toRfc3339(row.lastUsedAt),
    idleExpiresAt: toRfc3339(row.idleExpiresAt),
    expiresAt: toRfc3339(row.expiresAt),
    isCurrent: id === currentId,
  }
}

export function toLoginEntry(row: LoginRow): LoginEntry {
  const { id, outcome, sessionId, clientAddress, country } = row
  const device = deviceOf(row.userAgent)
  return {
    id,
    outcome,
    sessionId,
    device,
    clientAddress,
    country,
    createdAt: toRfc3339(row.createdAt),
  }
}

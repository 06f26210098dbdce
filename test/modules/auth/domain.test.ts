import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/kernel/limits.ts'
import {
  idleEnd,
  passwordProblem,
  refreshVerdict,
  rolesToKeep,
  sessionEnds,
} from '../../../src/modules/auth/domain.ts'
import { emailSchema } from '../../../src/modules/auth/schemas.ts'
import type { RefreshRecord, UserRecord } from '../../../src/modules/auth/types.ts'

const owner = {
  tenant: { slug: 'harbor-books', name: 'Harbor Books' },
  email: 'ada.lovelace@x.example',
}
const problem = (password: string) => passwordProblem(password, owner)

describe('a password', () => {
  it('has at least 8 and at most 128 characters, counted after NFC', () => {
    expect(problem('xK9#mQ2')).toMatch(/at least 8/)
    expect(problem('xK9#mQ2v')).toBeUndefined()
    expect(problem('é'.normalize('NFD').repeat(4))).toMatch(/at least 8/)
    expect(problem('🔑🦆🌊🧊')).toMatch(/at least 8/)
    expect(problem('vQ7~'.repeat(32))).toBeUndefined()
    expect(problem(`${'vQ7~'.repeat(32)}x`)).toMatch(/at most 128/)
  })

  it('follows no rule of composition', () => {
    for (const good of [
      'three blind mice',
      'öäüßéèêç',
      '        x       ',
      '19283746552',
      'ZXWVKJQP',
    ]) {
      expect(problem(good)).toBeUndefined()
    }
  })

  it.each([
    'password',
    'PassWord',
    'password1',
    'passw0rd',
    'qwerty123',
    'iloveyou1',
    'welcome1',
    '12345678',
    '87654321',
    'aaaaaaaa',
    '00000000',
    'abcdefgh',
    '1q2w3e4r',
    'football1',
    'trustno1',
    'letmein1',
    'ａｂｃｄｅｆｇｈ',
  ])('is refused when common: %s', (common) => {
    expect(problem(common)).toMatch(/most common/)
  })

  it.each([
    'RusTok-2026!',
    'my harbor books',
    'HARBORBOOKS1',
    'x-Harbor-Books-x',
    'Ada.Lovelace99',
  ])('is refused when it names the product, the tenant or the account: %s', (named) => {
    expect(problem(named)).toMatch(/must not hold the name/)
  })

  it('may hold a name of less than four characters', () => {
    const short = { tenant: { slug: 'abc', name: 'ABC' }, email: 'bo@x.example' }
    expect(passwordProblem('abc robots bowl', short)).toBeUndefined()
  })
})

describe('an e-mail address', () => {
  it('is one address in every spelling', () => {
    expect(emailSchema.parse('  Ada@Example.COM ')).toBe('ada@example.com')
  })

  it.each([
    '',
    'ada',
    'ada@',
    '@x.example',
    'a b@x.example',
    'a@b@x.example',
    'ada@x',
    'ada@x.example\n@y.example',
  ])('is refused: %j', (wrong) => expect(emailSchema.safeParse(wrong).success).toBe(false))

  it('has at most 254 characters', () => {
    const domain = `${'d'.repeat(60)}.${'d'.repeat(60)}.${'d'.repeat(60)}.example`
    const local = 'a'.repeat(254 - domain.length - 1)
    expect(emailSchema.safeParse(`${local}@${domain}`).success).toBe(true)
    expect(emailSchema.safeParse(`a${local}@${domain}`).success).toBe(false)
  })
})

const settings = { sessionIdleSeconds: 100, sessionLifetimeSeconds: 250 }

describe('a session', () => {
  it('ends after a pause and, used or not, at the end of its life', () => {
    expect(sessionEnds(1_000, settings)).toEqual({ idleExpiresAt: 101_000, expiresAt: 251_000 })
    expect(idleEnd(100_000, 251_000, settings)).toBe(200_000)
    expect(idleEnd(200_000, 251_000, settings)).toBe(251_000)
  })
})

describe('a refresh token', () => {
  const now = 1_000_000
  const user = { status: 'active' } as UserRecord // -- the verdict reads the status alone
  const unused: RefreshRecord = {
    usedAt: null,
    heirIssuedAt: null,
    heirUsedAt: null,
    sessionId: 's',
    idleExpiresAt: now + 1,
    expiresAt: now + 1,
    revokedAt: null,
    user,
  }
  const spent: RefreshRecord = { ...unused, usedAt: now, heirIssuedAt: now }
  const grace = limits.refreshGraceMilliseconds

  it('is rotated when unused', () => {
    expect(refreshVerdict(unused, now)).toBe('rotate')
  })

  it('is told again for ten seconds while its heir is unused', () => {
    expect(refreshVerdict(spent, now)).toBe('repeat')
    expect(refreshVerdict({ ...spent, usedAt: now - grace }, now)).toBe('repeat')
    expect(refreshVerdict({ ...spent, usedAt: now - grace - 1 }, now)).toBe('reuse')
    expect(refreshVerdict({ ...spent, heirUsedAt: now }, now)).toBe('reuse')
    expect(refreshVerdict({ ...spent, heirIssuedAt: null }, now)).toBe('reuse')
  })

  it.each([
    ['the session was ended', { revokedAt: now }],
    ['the pause was too long', { idleExpiresAt: now }],
    ['the session has reached its end', { expiresAt: now }],
    ['the user is disabled', { user: { ...user, status: 'disabled' as const } }],
  ])('is worth nothing when %s', (_, change) => {
    expect(refreshVerdict({ ...unused, ...change }, now)).toBe('refuse')
    expect(refreshVerdict({ ...spent, ...change }, now)).toBe('refuse')
  })
})

describe('the roles of which somebody must stay', () => {
  it('are those that administer', () => {
    expect(rolesToKeep(['super_admin', 'manager'])).toEqual(['super_admin'])
    expect(rolesToKeep(['admin'])).toEqual(['super_admin', 'admin'])
    expect(rolesToKeep(['manager', 'customer'])).toBeUndefined()
    expect(rolesToKeep([])).toBeUndefined()
  })
})

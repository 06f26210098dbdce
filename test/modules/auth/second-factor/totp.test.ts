import { describe, expect, it } from 'vitest'
import {
  acceptedStep,
  newRecoveryCodes,
  otpauthUri,
  plainRecoveryCode,
  toBase32,
  totp,
} from '../../../../src/modules/auth/second-factor/domain.ts'

const bytesOf = (text: string) => Uint8Array.from(new TextEncoder().encode(text))
/** Of RFC 6238, appendix B. */
const SECRET = bytesOf('12345678901234567890')

describe('A15: codes of an app', () => {
  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('are those of RFC 6238 at %i s', async (seconds, eightDigits) => {
    expect(await totp(SECRET, Math.floor(seconds / 30))).toBe(eightDigits.slice(2))
  })

  it.each([
    [0, '755224'],
    [1, '287082'],
    [9, '520489'],
  ])('are those of RFC 4226 for the counter %i', async (counter, code) => {
    expect(await totp(SECRET, counter)).toBe(code)
  })

  it('are taken one step early and one late, and no further', async () => {
    const at = { now: 10 * 30_000 + 29_999, lastStep: 0 }
    const taken = []
    for (const step of [8, 9, 10, 11, 12])
      taken.push(await acceptedStep(SECRET, await totp(SECRET, step), at))
    expect(taken).toEqual([undefined, 9, 10, 11, undefined])
  })

  it('are not taken of the last step or before', async () => {
    const now = 10 * 30_000
    const taken = []
    for (const step of [9, 10, 11])
      taken.push(await acceptedStep(SECRET, await totp(SECRET, step), { now, lastStep: 10 }))
    expect(taken).toEqual([undefined, undefined, 11])
  })
})

describe('the secret', () => {
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('is written as base32: %j (RFC 4648 §10)', (text, written) => {
    expect(toBase32(bytesOf(text))).toBe(written)
  })

  it('is told to apps with the names of the tenant and of the account', () => {
    const uri = new URL(otpauthUri('Acme & Co: shop', 'ada+1@x.example', 'ABC'))
    expect(uri.protocol).toBe('otpauth:')
    expect(uri.href).toContain('/Acme%20%26%20Co%3A%20shop:ada%2B1%40x.example?')
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      secret: 'ABC',
      issuer: 'Acme & Co: shop',
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    })
  })
})

describe('recovery codes', () => {
  it('are ten, all different, and read however they are typed', () => {
    const codes = newRecoveryCodes((length) => crypto.getRandomValues(new Uint8Array(length)))
    expect(new Set(codes).size).toBe(10)
    for (const code of codes) {
      expect(code).toMatch(/^[A-Z2-7]{5}-[A-Z2-7]{5}$/)
      expect(plainRecoveryCode(` ${code.toLowerCase().replace('-', ' - ')} `)).toBe(
        code.replace('-', ''),
      )
    }
  })
})

import { describe, expect, it } from 'vitest'
import { isWithin, networkOf } from '../../../src/kernel/net-address.ts'
import {
  checksumOf,
  expiryOf,
  keyText,
  prefixOf,
  readKeyText,
} from '../../../src/modules/api-keys/domain.ts'

const name = {
  tenantId: '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11',
  keyId: '01931f7e-9a40-7d21-8c55-0e6f4d2b7a90',
}
const text = keyText(name, new Uint8Array(32).fill(7))

describe('the text of a key', () => {
  it('names its tenant and itself and is found by secret scanners', () => {
    expect(readKeyText(text)).toEqual(name)
    expect(text).toMatch(/^rtk_[A-Za-z0-9_-]{86}[0-9A-Za-z]{6}$/)
    expect(text).toHaveLength(96)
    expect(text.startsWith(prefixOf(name.keyId))).toBe(true)
    expect(prefixOf(name.keyId)).toHaveLength(12)
  })

  it('ends with the CRC-32 that zlib computes', () => {
    // The check value of CRC-32/ISO-HDLC is 0xcbf43926.
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    const value = Array.from(checksumOf('123456789')).reduce(
      (sum, digit) => sum * 62 + digits.indexOf(digit),
      0,
    )
    expect(value).toBe(0xcbf43926)
  })

  it('is refused with any one character mistyped, missing, doubled or swapped', () => {
    for (let at = 4; at < text.length; at++) {
      const [before, letter, after] = [text.slice(0, at), text.charAt(at), text.slice(at + 1)]
      const other = letter === 'A' ? 'B' : 'A'
      const variants = [before + other + after, before + after, before + letter + letter + after]
      const next = text.charAt(at + 1)
      if (next !== '' && next !== letter) variants.push(before + next + letter + text.slice(at + 2))
      for (const variant of variants) expect(readKeyText(variant), variant).toBeUndefined()
    }
  })

  it.each(['', 'rtk_', 'rtk_x', text.toUpperCase(), ` ${text}`, `${text} `, `x${text}`])(
    'is not %j',
    (other) => expect(readKeyText(other)).toBeUndefined(),
  )
})

describe('the end of a key', () => {
  const now = 1_000_000
  const day = 86_400_000

  it('is 90 days away unless another is asked for, of a year at most', () => {
    expect(expiryOf(undefined, now, false)).toBe(now + 90 * day)
    expect(expiryOf(now + 365 * day, now, false)).toBe(now + 365 * day)
    expect(expiryOf(now + 365 * day + 1, now, false)).toBeUndefined()
    expect(expiryOf(now + 1, now, false)).toBe(now + 1)
    expect(expiryOf(now, now, false)).toBeUndefined()
  })

  it('is never where that is asked for and allowed', () => {
    expect(expiryOf(null, now, true)).toBeNull()
    expect(expiryOf(null, now, false)).toBeUndefined()
  })
})

describe('a list of allowed addresses', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7/24', '192.0.2.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['2001:db8:1:2::/48', '2001:db8:1::/48'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
  ])('spells %s as %s', (given, spelled) => expect(networkOf(given)).toBe(spelled))

  it.each([
    '',
    '192.0.2',
    '192.0.2.256',
    '0300.0.2.1',
    '3221225985',
    '192.0.2.0/33',
    '192.0.2.0/-1',
    '192.0.2.0/08',
    '192.0.2.0/24/1',
    '2001:db8::/129',
    'fe80::1%eth0',
    '::ffff:192.0.2.0/120',
    'example.com',
    '*',
  ])('has no place for %j', (given) => expect(networkOf(given)).toBeUndefined())

  it('holds the addresses of its networks, however they are spelled, and no others', () => {
    const networks = ['192.0.2.0/24', '2001:db8:1::/48', '198.51.100.9']
    for (const inside of [
      '192.0.2.255',
      '::ffff:192.0.2.1',
      '::ffff:c000:201',
      '2001:DB8:0001:ffff::1',
      '198.51.100.9',
    ])
      expect(isWithin(inside, networks), inside).toBe(true)
    for (const outside of ['192.0.3.0', '198.51.100.10', '2001:db8:2::1', '', 'x', '::1'])
      expect(isWithin(outside, networks), outside).toBe(false)
  })
})

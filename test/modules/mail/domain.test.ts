import { describe, expect, it } from 'vitest'
import {
  REPEAT_MILLISECONDS,
  inkOn,
  isSuppressed,
  nextStep,
  oneLine,
  retry,
  siteOf,
} from '../../../src/modules/mail/domain.ts'

const asked = { provider: 'resend', repeatable: 1, unknownAt: 0 }

describe('what is done with a mail', () => {
  it.each([
    [{ ...asked, state: 'sent' }, 'nothing'],
    [{ ...asked, state: 'failed' }, 'nothing'],
    [{ ...asked, state: 'suppressed' }, 'nothing'],
    [{ ...asked, state: 'queued' }, 'send'],
    [{ ...asked, state: 'sending' }, 'send'],
    [{ ...asked, state: 'sending', repeatable: 0 }, 'leave'],
    [{ ...asked, state: 'unknown' }, 'send'],
    [{ ...asked, state: 'unknown', repeatable: 0 }, 'nothing'],
  ] as const)('in the state %j is: %s', (parcel, kind) => {
    expect(nextStep(parcel, false, 1).kind).toBe(kind)
  })

  it('ends when the provider may have forgotten what it has sent', () => {
    const parcel = { ...asked, state: 'unknown' } as const
    expect(nextStep(parcel, false, REPEAT_MILLISECONDS - 1).kind).toBe('send')
    expect(nextStep(parcel, false, REPEAT_MILLISECONDS).kind).toBe('leave')
  })

  it('names the only provider that may be asked after a lost answer', () => {
    expect(nextStep({ ...asked, state: 'sending' }, false, 1)).toEqual({
      kind: 'send',
      provider: 'resend',
    })
    expect(nextStep({ ...asked, state: 'queued' }, false, 1)).toMatchObject({ provider: undefined })
    expect(nextStep({ ...asked, state: 'queued' }, true, 1).kind).toBe('suppress')
  })
})

it('stops notices for every reason, and what is essential for dead and blocked addresses only', () => {
  for (const reason of ['bounce', 'complaint', 'unsubscribed', 'manual'] as const) {
    expect(isSuppressed('notice', [reason])).toBe(true)
    expect(isSuppressed('essential', [reason])).toBe(reason === 'bounce' || reason === 'manual')
  }
  expect(isSuppressed('notice', [])).toBe(false)
})

it('waits longer with each failure, for a day in all', () => {
  const pauses = Array.from({ length: retry.maxAttempts - 1 }, (_, index) =>
    retry.delay(index + 1, 0),
  )
  expect(Math.min(...pauses)).toBe(30_000)
  expect(Math.max(...pauses)).toBe(3_600_000)
  const hours = pauses.reduce((sum, pause) => sum + pause, 0) / 3_600_000
  expect(hours).toBeGreaterThan(20)
})

it.each([
  [{ slug: 'acme', hosts: ['acme.com'] }, ['edge.example'], 'https://acme.com'],
  [{ slug: 'acme', hosts: [] }, ['edge.example', 'localhost'], 'https://acme.edge.example'],
  [{ slug: 'acme', hosts: [] }, ['localhost'], 'http://acme.localhost:8787'],
  [{ slug: 'acme-', hosts: [] }, ['edge.example'], undefined],
  [{ slug: 'acme', hosts: [] }, [], undefined],
])('links of %j over %j go to %s', (tenant, domains, origin) => {
  expect(siteOf(tenant, domains, 8_787)).toBe(origin)
})

it('puts texts on one line, whatever breaks it, and cuts no character in two', () => {
  expect(oneLine(' a\r\nb\t\u0000c\u2028d\u0085 ', 50)).toBe('a b c d')
  expect(oneLine('🎈🎈🎈', 2)).toBe('🎈🎈')
  expect(oneLine('a\ud800', 9)).toBe('a\ufffd')
})

it.each([
  ['#ffffff', '#000000'],
  ['#000000', '#ffffff'],
  ['#1f4fd8', '#ffffff'],
  ['#ffcc00', '#000000'],
])('writes on %s in %s', (color, ink) => {
  expect(inkOn(color)).toBe(ink)
})

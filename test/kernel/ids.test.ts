import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createIds, isUuid } from '../../src/kernel/ids.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))

/** A maker over a clock that shows these instants one after the other. */
function idsAt(instants: readonly number[], bytes = random) {
  let next = 0
  return createIds({ now: () => instants[Math.min(next++, instants.length - 1)] ?? 0 }, bytes)
}

const instant = fc.integer({ min: 0, max: 2 ** 45 })

describe('an id', () => {
  it('is a UUIDv7 that tells its millisecond', () => {
    fc.assert(
      fc.property(instant, (now) => {
        const id = idsAt([now]).next()
        expect(id).toMatch(UUID_V7)
        expect(isUuid(id)).toBe(true)
        expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(now)
      }),
    )
  })

  it('is greater than those before it, even when the clock stands still or goes back', () => {
    fc.assert(
      fc.property(fc.array(instant, { minLength: 2, maxLength: 50 }), (instants) => {
        const ids = idsAt(instants)
        const made = instants.map(() => ids.next())
        expect(made.toSorted()).toEqual(made)
        expect(new Set(made).size).toBe(made.length)
      }),
    )
  })

  it('is unique among a hundred thousand of one millisecond', () => {
    const ids = idsAt([1_700_000_000_000])
    const made = Array.from({ length: 100_000 }, () => ids.next())
    expect(new Set(made).size).toBe(made.length)
    expect(made.toSorted()).toEqual(made)
  })

  it('of two makers in one millisecond differs from the first character that is random', () => {
    const [one, other] = [idsAt([5]).next(), idsAt([5]).next()]
    expect(one.slice(0, 13)).toBe(other.slice(0, 13))
    expect(one.slice(14)).not.toBe(other.slice(14))
  })

  it.each([
    '01931F7E-7C11-7B6E-9C3A-5F1F3C0A2B11',
    '01931f7e7c117b6e9c3a5f1f3c0a2b11',
    '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b1',
    '01931f7e-7c11-9b6e-9c3a-5f1f3c0a2b11',
    '01931f7e-7c11-7b6e-cc3a-5f1f3c0a2b11',
    ' 01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11',
    '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11\n',
    '',
  ])('is not “%s”', (text) => {
    expect(isUuid(text)).toBe(false)
  })
})

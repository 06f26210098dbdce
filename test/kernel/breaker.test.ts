import { describe, expect, it } from 'vitest'
import { type BreakerState, createBreaker } from '../../src/kernel/breaker.ts'

function aBreaker() {
  let now = 1_000
  const states: BreakerState[] = []
  const breaker = createBreaker({
    clock: { now: () => now },
    failuresToOpen: 3,
    openMilliseconds: 100,
    probeMilliseconds: 10,
    onState: (state) => states.push(state),
  })
  const fail = (times: number) => {
    for (let count = 0; count < times; count += 1) breaker.failed()
  }
  return { breaker, states, fail, pass: (milliseconds: number) => void (now += milliseconds) }
}

describe('a breaker', () => {
  it('lets calls through until they have failed often enough in a row', () => {
    const { breaker, fail, states } = aBreaker()
    fail(2)
    breaker.succeeded()
    fail(2)
    expect(breaker.allows()).toBe(true)
    fail(1)
    expect(breaker.allows()).toBe(false)
    expect(states).toEqual(['closed', 'open'])
  })

  it('lets one call try after a while, and the next when that never ends', () => {
    const { breaker, fail, pass } = aBreaker()
    fail(3)
    pass(99)
    expect(breaker.allows()).toBe(false)
    pass(1)
    expect([breaker.allows(), breaker.allows()]).toEqual([true, false])
    pass(10)
    expect([breaker.allows(), breaker.allows()]).toEqual([true, false])
  })

  it('closes when the try succeeds and opens for as long again when it fails', () => {
    const { breaker, fail, pass, states } = aBreaker()
    fail(3)
    pass(100)
    breaker.allows()
    breaker.failed()
    pass(99)
    expect(breaker.allows()).toBe(false)
    pass(1)
    expect(breaker.allows()).toBe(true)
    breaker.succeeded()
    fail(2)
    expect(breaker.allows()).toBe(true)
    expect(states).toEqual(['closed', 'open', 'halfOpen', 'open', 'halfOpen', 'closed'])
  })
})

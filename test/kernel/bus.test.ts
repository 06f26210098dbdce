import { describe, expect, it } from 'vitest'
import {
  type Bus,
  type BusLevel,
  type Committed,
  REACTION_MILLISECONDS,
  type Reaction,
  createBus,
} from '../../src/kernel/bus.ts'
import type { TenantSnapshot } from '../../src/kernel/context.ts'

const tenant: TenantSnapshot = {
  id: 't',
  slug: 't',
  name: 'T',
  status: 'active',
  version: 1,
  isControl: false,
  shard: 'primary',
  hosts: [],
  origins: [],
  defaultLocale: 'en',
  locales: [],
  modules: {},
  roles: {},
  settings: {},
  webhookEndpoints: 0,
}
const committed: Committed = { tenant, events: [], owes: false }

/** A bus of ten places whose one reaction waits until it is let go. */
function trialBus(reactions?: readonly Reaction[]) {
  let now = 0
  const waiting: (() => void)[] = []
  const levels: BusLevel[] = []
  const outcomes: string[] = []
  const wait: Reaction = () => new Promise((resolve) => waiting.push(resolve))
  const bus: Bus = createBus({
    clock: { now: () => now },
    capacity: 10,
    reactions: reactions ?? [wait],
    onLevel: (level) => levels.push(level),
    onOutcome: (outcome) => outcomes.push(outcome),
  })
  return {
    bus,
    levels,
    outcomes,
    pass: (milliseconds: number) => void (now += milliseconds),
    letGo: async (count: number) => {
      for (const go of waiting.splice(0, count)) go()
      for (let turn = 0; turn < 5; turn++) await Promise.resolve()
    },
    fill: (count: number) => Array.from({ length: count }, () => bus.publish(committed)),
  }
}

describe('the bus', () => {
  it('starts every reaction in the request that committed, and counts how they came out', async () => {
    const seen: string[] = []
    const { bus, outcomes, letGo } = trialBus([
      () => void seen.push('one'),
      async () => {
        throw new Error('down')
      },
      () => void seen.push('two'),
    ])
    expect(bus.publish(committed)).toBe(true)
    expect(seen).toEqual(['one', 'two'])
    await letGo(0)
    expect(outcomes.sort()).toEqual(['accepted', 'accepted', 'failed'])
  })

  it('warns at 70 % of its capacity and refuses at 90 %, and says each level once', () => {
    const { fill, levels, outcomes } = trialBus()
    expect(fill(7)).toEqual(Array.from({ length: 7 }, () => true))
    expect(levels).toEqual([])
    expect(fill(2)).toEqual([true, true])
    expect(levels).toEqual(['warning'])
    expect(fill(2)).toEqual([false, false])
    expect(levels).toEqual(['warning', 'critical'])
    expect(outcomes).toEqual(['refused', 'refused'])
  })

  it('takes commits again as soon as reactions have ended', async () => {
    const { fill, levels, letGo } = trialBus()
    fill(10)
    await letGo(3)
    expect(levels.at(-1)).toBe('normal')
    expect(fill(1)).toEqual([true])
  })

  it('counts reactions no more whose request must have died', () => {
    const { fill, pass } = trialBus()
    fill(9)
    expect(fill(1)).toEqual([false])
    pass(REACTION_MILLISECONDS - 1)
    expect(fill(1)).toEqual([false])
    pass(1)
    expect(fill(1)).toEqual([true])
  })
})

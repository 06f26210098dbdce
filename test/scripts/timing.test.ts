import { describe, expect, it } from 'vitest'
import { UsageError } from '../../scripts/support/main.ts'
import { parseTimingFlags } from '../../scripts/timing/flags.ts'
import { probes, samplesOf } from '../../scripts/timing/pairs.ts'
import { aucOf, findingOf, lineOf, medianOf } from '../../scripts/timing/statistics.ts'

const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index)
const finding = (known: number[], unknown: number[]) =>
  findingOf({ name: 'log-in', known, unknown })

describe('what times tell of accounts', () => {
  it('takes the middle value as the median, or the mean of the two there', () => {
    expect(medianOf([9, 1, 5])).toBe(5)
    expect(medianOf([4, 1, 2, 100])).toBe(3)
    expect(medianOf([])).toBeNaN()
  })

  it('counts how often the left value is larger, ties by half', () => {
    expect(aucOf([3, 4], [1, 2])).toBe(1)
    expect(aucOf([1, 2], [3, 4])).toBe(0)
    expect(aucOf([1, 2, 3], [1, 2, 3])).toBe(0.5)
    expect(aucOf([1, 3], [2])).toBe(0.5)
    expect(aucOf([2, 3], [2])).toBe(0.75)
    expect(aucOf([], [1])).toBeNaN()
  })

  it('meets the limits with times of one kind', () => {
    expect(finding(range(100, 200), range(101, 201))).toMatchObject({ isMet: true, pairs: 100 })
  })

  it('misses a ratio of medians of 1.10, whichever kind is slower', () => {
    const [fast, slow] = [
      [...range(0, 49), 100, 100, ...range(200, 249)],
      [...range(0, 49), 110, 110, ...range(200, 249)],
    ]
    expect(finding(slow, fast)).toMatchObject({ ratio: 1.1, isMet: false })
    expect(finding(fast, slow)).toMatchObject({ ratio: 1.1, isMet: false })
    const nearly = slow.map((time) => (time === 110 ? 109.9 : time))
    expect(finding(nearly, fast)).toMatchObject({ isMet: true })
  })

  it('misses times that are hardly apart and never mixed', () => {
    const [early, late] = [range(1_000, 1_020), range(1_020, 1_040)]
    expect(finding(late, early)).toMatchObject({ auc: 1, isMet: false })
    expect(finding(early, late)).toMatchObject({ auc: 0, isMet: false })
    expect(finding(late, early).ratio).toBeLessThan(1.1)
  })

  it('meets an area of 0.35 and of 0.65 and misses one beyond', () => {
    const right = range(1_000, 1_100).map((time) => time + 0.5)
    const left = (wins: number) => [1_000 + wins]
    expect(finding(left(35), right)).toMatchObject({ auc: 0.35, isMet: true })
    expect(finding(left(65), right)).toMatchObject({ auc: 0.65, isMet: true })
    expect(finding(left(34), right)).toMatchObject({ auc: 0.34, isMet: false })
    expect(finding(left(66), right)).toMatchObject({ auc: 0.66, isMet: false })
  })

  it('meets nothing without times', () => {
    expect(finding([], []).isMet).toBe(false)
  })

  it('prints medians, ratio and area with their limits', () => {
    expect(lineOf(finding([2, 2], [1, 1]))).toBe(
      'MISSED: log-in, 2 pairs: known 2.00 ms, unknown 1.00 ms, ratio 2.000 (< 1.10), AUC 1.000 (0.35..0.65)',
    )
  })
})

describe('the pairs', () => {
  it('are sent one by one, each kind first in turn, the first ten unmeasured', async () => {
    const sent: string[] = []
    let underWay = 0
    const send = async ({ url }: { url: string }) => {
      expect(underWay++).toBe(0)
      sent.push(url)
      await Promise.resolve()
      underWay -= 1
      return { status: 200, headers: new Headers(), text: '' }
    }
    const probe = {
      name: 'log-in',
      known: (index: number) => ({ url: `known ${index}` }),
      unknown: (index: number) => ({ url: `unknown ${index}` }),
    }
    const { known, unknown } = await samplesOf(send, probe, 20, new AbortController().signal)
    expect(sent).toHaveLength(2 * (10 + 20))
    expect(sent.slice(0, 4)).toEqual(['known 0', 'unknown 0', 'unknown 1', 'known 1'])
    expect([known.length, unknown.length]).toEqual([20, 20])
  })

  it('differ by nothing but the account: as long, and of the same answer', () => {
    for (const { known, unknown } of probes) {
      for (const index of [0, 9, 10, 109, 10_008]) {
        const [about, other] = [known(index), unknown(index)]
        expect(other.body).toHaveLength(about.body?.length ?? 0)
        expect({ ...other, body: '' }).toEqual({ ...about, body: '' })
        expect(other.body).not.toBe(about.body)
        expect(other.body).not.toBe(unknown(index + 1).body)
      }
    }
  })
})

describe('the flags of npm run timing', () => {
  it('are 100 pairs when there are none', () => {
    expect(parseTimingFlags([])).toEqual({ pairs: 100, help: false })
    expect(parseTimingFlags(['--pairs', '20', '--help'])).toEqual({ pairs: 20, help: true })
  })

  it.each([['--pairs', '19'], ['--pairs', 'many'], ['--pairs', '10000'], ['--fast']])(
    'refuse %s %s',
    (...args) => {
      expect(() => parseTimingFlags(args)).toThrow(UsageError)
    },
  )
})

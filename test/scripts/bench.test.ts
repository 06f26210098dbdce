import { describe, expect, it } from 'vitest'
import { parseBenchFlags } from '../../scripts/bench/flags.ts'
import { type Flood, type FloodPair, floodOf } from '../../scripts/bench/flood.ts'
import type { LoginBurst } from '../../scripts/bench/hashes.ts'
import {
  type Measurement,
  type Turn,
  bestOf,
  measurementOf,
  percentile,
  ratioOfTurns,
  timesOf,
} from '../../scripts/bench/measure.ts'
import type { Files } from '../../scripts/bench/files.ts'
import { type Findings, markdownOf, verdictsOf, wordOf } from '../../scripts/bench/report.ts'
import { UsageError } from '../../scripts/support/main.ts'

const measurement: Measurement = { cpu: 300, serverCpu: 200, perSecond: 900, p50: 1, p99: 3 }
const bare: Measurement = { ...measurement, cpu: 250 }
const comparison = {
  name: 'post',
  twin: 'hello',
  limit: 1.4,
  isEven: true,
  ratio: 1.2,
  ours: measurement,
  bare,
}
const burst: LoginBurst = {
  logins: 32,
  accepted: 4,
  refused: 28,
  refusedP50: 5,
  helloAlone: 1,
  helloBeside: 60,
}
const flood: Flood = {
  limit: 600,
  perSecond: 100,
  otherPerSecond: 55,
  p99Alone: 5,
  p99Beside: 6,
  ratio: 1.19,
  sent: 14_000,
  accepted: 3_000,
  refused: 11_000,
  allowed: 3_000,
}
const files: Files = {
  upload: { ours: 90, bare: 100 },
  download: { ours: 210, bare: 200 },
  memoryHalf: 400,
  memoryMost: 410,
  largeBytes: 95_000_000,
  isolateBytes: 9_500_000,
}
const findings: Findings = {
  workerd: '1.2.3',
  comparisons: [comparison],
  rows: [{ request: 'list', rows: [250, 250, 251], isFlat: true }],
  burst,
  drain: { events: 1_000, perSecond: 500, memoryHalf: 400, memoryMost: 450, left: 0 },
  flood,
  files,
}
const missed = (changed: Partial<Findings>) =>
  verdictsOf({ ...findings, ...changed })
    .filter((verdict) => wordOf(verdict) === 'MISSED')
    .map(({ target }) => target)

describe('the bench', () => {
  it('meets every target of good figures', () => {
    expect(missed({})).toEqual([])
  })

  it('misses a target when we cost more than the twin times the limit', () => {
    expect(missed({ comparisons: [{ ...comparison, ratio: 1.41 }] })).toEqual([
      'post: at most 1.4 × hello (1.41 ×)',
    ])
  })

  it('misses a target when files are slow, or held in memory', () => {
    expect(missed({ files: { ...files, download: { ours: 79, bare: 100 } } })).toEqual([
      'download of files: at least 0.8 × a bare bucket (0.79 ×)',
    ])
    expect(missed({ files: { ...files, isolateBytes: 95_000_000, memoryMost: 600 } })).toEqual([
      'the same: memory at most 1.25 × that at half (1.50 ×)',
      'an upload of 95 MB: at most 20 MB of the isolate (95.0 MB)',
    ])
  })

  it('misses a target when one request in a hundred is late, but for log-ins', () => {
    const ours = { ...measurement, p99: 4.1 }
    expect(missed({ comparisons: [{ ...comparison, ours }] })).toEqual([
      "post: p99 at most 4 × p50 (4.1 ×, the twin's 3.0 ×)",
    ])
    expect(missed({ comparisons: [{ ...comparison, ours, isEven: false }] })).toEqual([])
  })

  it('leaves a target open when not even the twin is even', () => {
    const late = { ...comparison, ours: { ...measurement, p99: 4.1 }, bare: { ...bare, p99: 4.2 } }
    expect(missed({ comparisons: [late] })).toEqual([])
    expect(markdownOf({ ...findings, comparisons: [late] })).toContain(
      "- open: post: p99 at most 4 × p50 (4.1 ×, the twin's 4.2 ×)",
    )
  })

  it('misses a target when events of a backlog are left, or memory grows to the end', () => {
    const drain = { events: 1_000, perSecond: 500, memoryHalf: 400, memoryMost: 501, left: 1 }
    expect(missed({ drain })).toEqual([
      'a backlog of 1,000 events: all settled (1 left)',
      'the same: memory at most 1.25 × that at half (1.25 ×)',
    ])
  })

  it('misses a target when a larger table is read further', () => {
    const rows = [{ request: 'list', rows: [250, 2_500, 25_000], isFlat: false }]
    expect(missed({ rows })).toEqual(['list: reads as many rows with 100,000 posts'])
  })

  it('misses a target when no log-in of many is refused, or one fails', () => {
    const target = '32 log-ins at once: those past the cap answer 429'
    expect(missed({ burst: { ...burst, accepted: 32, refused: 0 } })).toEqual([target])
    expect(missed({ burst: { ...burst, refused: 27 } })).toEqual([target])
  })

  it('misses a target when a flood slows another tenant down, or is let in', () => {
    expect(missed({ flood: { ...flood, ratio: 1.21 } })).toEqual([
      "a tenant at ten times its limit of 600 a minute: another's p99 at most 1.2 × (1.21 ×)",
    ])
    const target = (refused: string) =>
      `the same: what is past the limit answers 429 (${refused} of 14,000)`
    expect(missed({ flood: { ...flood, accepted: 3_500, refused: 10_500 } })).toEqual([
      target('10,500'),
    ])
    expect(missed({ flood: { ...flood, refused: 10_999 } })).toEqual([target('10,999')])
  })

  it('compares turns beside a flood with those before or after them', () => {
    const pair = (alone: number, beside: number): FloodPair => ({
      alone: { times: [1, alone], statuses: [] },
      beside: { times: [beside, 1], statuses: [200, 429, 429] },
    })
    expect(floodOf([pair(2, 3), pair(20, 22), pair(2, 18)])).toEqual({
      p99Alone: 20,
      p99Beside: 22,
      ratio: 1.5,
      sent: 9,
      accepted: 3,
      refused: 6,
    })
  })

  it('prints tables of what was measured and says of each target whether it is met', () => {
    const text = markdownOf(findings)
    expect(text).toContain(
      '| post | 300 | 200 | 900 | 1.00 | 3.00 | hello | 250 | 200 | 1.20 | 1.4 |',
    )
    expect(text).toContain('| list | 250 | 250 | 251 |')
    expect(text).toContain('sends 100 a second: 79 % are refused with 429')
    expect(text).toContain('take 5.00 ms (p99) alone and 6.00 ms beside it, 1.19 × by pairs')
    expect(text).toContain('- met: post: at most 1.4 × hello (1.20 ×)')
  })

  it('compares turns in pairs, so that what disturbs a few of them changes no ratio', () => {
    const turn = (tree: number): Turn => ({
      requests: 10,
      seconds: 1,
      tree,
      server: tree,
      times: [1, 2],
    })
    const disturbed = [turn(130), turn(200)] as const
    expect(ratioOfTurns([[turn(120), turn(100)], disturbed, [turn(900), turn(110)]])).toBe(1.2)
    expect(measurementOf([turn(100), turn(300)])).toEqual({
      cpu: 20,
      serverCpu: 20,
      perSecond: 10,
      p50: 1,
      p99: 2,
    })
  })

  it('counts the best of several runs', () => {
    const noisy = { cpu: 900, serverCpu: 800, perSecond: 90, p50: 0.5, p99: 80 }
    expect(bestOf([noisy, measurement])).toEqual(measurement)
  })

  it('takes percentiles by nearest rank', () => {
    const values = Array.from({ length: 200 }, (_, index) => index + 1)
    expect(percentile(values, 0.5)).toBe(100)
    expect(percentile(values, 0.99)).toBe(198)
  })

  it('sends as many requests as it is told, each with its number', async () => {
    const seen: string[] = []
    const send = async ({ url }: { url: string }) => {
      seen.push(url)
      return { status: 200, headers: new Headers(), text: '' }
    }
    const load = { call: (index: number) => ({ url: String(index) }), requests: 5, inFlight: 2 }
    expect(await timesOf(send, load)).toHaveLength(5)
    expect(seen).toEqual(['0', '1', '2', '3', '4'])
  })

  it('refuses flags that it does not know and counts that are none', () => {
    expect(parseBenchFlags(['--requests', '50', '--json'])).toMatchObject({
      requests: 50,
      json: true,
    })
    for (const args of [['--fast'], ['--requests', '0'], ['--runs', 'many']]) {
      expect(() => parseBenchFlags(args)).toThrow(UsageError)
    }
  })
})

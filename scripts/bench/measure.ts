import { StepError } from '../support/main.ts'
import type { CpuTime } from './cpu.ts'

/** A request. */
export interface Call {
  readonly url: string
  readonly method?: 'GET' | 'POST' | 'PATCH'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** The status that it must be answered with; any without. */
  readonly status?: number
}

/** What a request was answered. */
export interface Answer {
  readonly status: number
  readonly headers: Pick<Headers, 'get'>
  readonly text: string
}

/** Sends a request and reads the answer to its end. Throws `StepError` for a wrong status. */
export type Send = (call: Call) => Promise<Answer>

/** A load: the same kind of request, `requests` times, with `inFlight` under way. */
export interface Load {
  readonly call: (index: number) => Call
  readonly requests: number
  readonly inFlight: number
}

/** What a load took. */
export interface Measurement {
  /** CPU a request of the whole process tree, in µs. */
  readonly cpu: number
  /** The part of it that is not the client's. */
  readonly serverCpu: number
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
}

/** A part of a run, as it was counted. */
export interface Turn {
  readonly requests: number
  readonly seconds: number
  /** CPU of the whole process tree, and the part of it that is not the client's, in µs. */
  readonly tree: number
  readonly server: number
  /** Milliseconds of each request. */
  readonly times: readonly number[]
}

/** The value below which a share of the sorted values lies (nearest rank). */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** The milliseconds that each request of a load took, sorted. */
export async function timesOf(send: Send, load: Load): Promise<number[]> {
  const times: number[] = []
  let started = 0
  const lane = async () => {
    while (started < load.requests) {
      const call = load.call(started++)
      const start = performance.now()
      await send(call)
      times.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: load.inFlight }, lane))
  return times.sort((a, b) => a - b)
}

/** Sends a load and counts what it took. */
export async function takeTurn(
  send: Send,
  cpuTime: () => Promise<CpuTime>,
  load: Load,
): Promise<Turn> {
  const before = await cpuTime()
  const start = performance.now()
  const times = await timesOf(send, load)
  const seconds = (performance.now() - start) / 1_000
  const after = await cpuTime()
  return {
    requests: load.requests,
    seconds,
    tree: after.tree - before.tree,
    server: after.server - before.server,
    times,
  }
}

/** A run: all its turns together. */
export function measurementOf(turns: readonly Turn[]): Measurement {
  const sum = (of: (turn: Turn) => number) => turns.reduce((total, turn) => total + of(turn), 0)
  const requests = sum((turn) => turn.requests)
  const times = turns.flatMap((turn) => turn.times).sort((a, b) => a - b)
  return {
    cpu: sum((turn) => turn.tree) / requests,
    serverCpu: sum((turn) => turn.server) / requests,
    perSecond: requests / sum((turn) => turn.seconds),
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
  }
}

/**
 * Our CPU a request as a multiple of the twin's: the median over pairs of turns that were taken one after
 * the other. What disturbs the machine disturbs both of a pair, and the pairs that it tears apart lie at
 * the ends.
 */
export function ratioOfTurns(pairs: readonly (readonly [ours: Turn, bare: Turn])[]): number {
  const ratios = pairs.map(
    ([ours, bare]) => ours.tree / ours.requests / (bare.tree / bare.requests),
  )
  return percentile(
    ratios.sort((a, b) => a - b),
    0.5,
  )
}

/** The best of several runs: what disturbs a run only ever makes it slower. */
export function bestOf(runs: readonly Measurement[]): Measurement {
  const calmest = runs.toSorted((a, b) => a.p99 - b.p99)[0]
  if (!calmest) throw new StepError('A bench needs at least one run.')
  return {
    cpu: Math.min(...runs.map((run) => run.cpu)),
    serverCpu: Math.min(...runs.map((run) => run.serverCpu)),
    perSecond: Math.max(...runs.map((run) => run.perSecond)),
    p50: calmest.p50,
    p99: calmest.p99,
  }
}

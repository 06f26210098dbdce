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

/** Runs a load once and measures it. */
export async function measure(
  send: Send,
  cpuTime: () => Promise<CpuTime>,
  load: Load,
): Promise<Measurement> {
  const before = await cpuTime()
  const start = performance.now()
  const times = await timesOf(send, load)
  const seconds = (performance.now() - start) / 1_000
  const after = await cpuTime()
  return {
    cpu: (after.tree - before.tree) / load.requests,
    serverCpu: (after.server - before.server) / load.requests,
    perSecond: load.requests / seconds,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
  }
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

import { setTimeout as pause } from 'node:timers/promises'
import { StepError } from '../support/main.ts'
import { TENANT } from './cases.ts'
import { residentBytes } from './cpu.ts'
import { seedTenants, signIn } from './data.ts'
import { watchHeap } from './heap.ts'
import type { Call } from './measure.ts'
import { type Runtime, hosts, startRuntime } from './runtime.ts'

/** Our throughput and that of a Worker that does nothing but pass bytes to or from its bucket. */
export interface Throughput {
  /** MB a second of the quickest turn. */
  readonly ours: number
  readonly bare: number
}

/** What files cost. */
export interface Files {
  readonly upload: Throughput
  readonly download: Throughput
  /** The whole runtime after half of the turns, and its most after that, in MiB. */
  readonly memoryHalf: number
  readonly memoryMost: number
  /** Bytes of the one large upload, and what the isolate held at most beyond what it held before. */
  readonly largeBytes: number
  readonly isolateBytes: number
}

const MIB = 1_048_576
const MB = 1_000_000
const FILE = 20 * MIB
const LARGE = 95 * MIB
const FILES_OF_TURN = 4
const TURNS = 6

/** A PDF by its first bytes: of a type that is taken as it is. */
function fileOf(size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size; at += 4_096) bytes[at] = at >> 12
  bytes.set(new TextEncoder().encode('%PDF-1.7\n'))
  return bytes
}

/** Uploads and downloads files in turns with the twin, then uploads one large file and watches the isolate. */
export async function measureFiles(runtime: Runtime, signal: AbortSignal): Promise<Files> {
  const admin = await signIn(runtime, TENANT, 'admin')
  const body = fileOf(FILE)
  const addresses: string[] = []
  let stored = 0
  const calls = {
    upload: {
      ours: async () => {
        const { url, path } = await upload(runtime, admin, body)
        addresses.push(new URL(path, url).href)
      },
      bare: () => send(runtime, { ...putCall(stored++), body }),
    },
    download: {
      ours: () => receive(runtime, addresses.at(-1) ?? ''),
      bare: () => receive(runtime, putCall(0).url),
    },
  }
  const seconds = { upload: emptyTimes(), download: emptyTimes() }
  const memory: number[] = []
  for (let turn = 0; turn <= TURNS; turn++) {
    signal.throwIfAborted()
    for (const way of ['upload', 'download'] as const) {
      for (const side of ['ours', 'bare'] as const) {
        const taken = await secondsOf(calls[way][side])
        // The first turn warms both up.
        if (turn > 0) seconds[way][side].push(taken)
      }
    }
    memory.push((await residentBytes()) / MIB)
  }
  const half = Math.ceil(memory.length / 2)
  return {
    upload: throughputOf(seconds.upload),
    download: throughputOf(seconds.download),
    memoryHalf: memory[half - 1] ?? Number.NaN,
    memoryMost: Math.max(...memory.slice(half)),
    largeBytes: LARGE,
    isolateBytes: await heldOfLarge(signal),
  }
}

interface Times {
  readonly ours: number[]
  readonly bare: number[]
}

const emptyTimes = (): Times => ({ ours: [], bare: [] })

const throughputOf = ({ ours, bare }: Times): Throughput => {
  const best = (times: readonly number[]) => (FILES_OF_TURN * FILE) / MB / Math.min(...times)
  return { ours: best(ours), bare: best(bare) }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  for (let file = 0; file < FILES_OF_TURN; file++) await work()
  return (performance.now() - start) / 1_000
}

const putCall = (index: number) => ({
  url: `http://${hosts.twin}/objects/${index % FILES_OF_TURN}`,
  method: 'PUT' as const,
})

async function upload(runtime: Runtime, admin: Call['headers'], body: Uint8Array) {
  const url = `http://${TENANT}.${hosts.cached}/api/v1/media/uploads`
  const headers = { ...admin, 'content-type': 'application/pdf' }
  const text = await send(runtime, { url, method: 'POST', headers, body })
  const asset: { file: { url: string } } = JSON.parse(text)
  return { url, path: asset.file.url }
}

interface Transfer {
  readonly url: string
  readonly method: 'POST' | 'PUT'
  readonly headers?: Record<string, string>
  readonly body: Uint8Array
}

async function send(runtime: Runtime, { url, body, ...init }: Transfer): Promise<string> {
  const response = await runtime.fetch(url, { ...init, body })
  const text = await response.text()
  if (!response.ok)
    throw new StepError(`${init.method} ${url} answered ${response.status}: ${text}`)
  return text
}

async function receive(runtime: Runtime, url: string): Promise<void> {
  const response = await runtime.fetch(url, { headers: { 'accept-encoding': 'identity' } })
  let bytes = 0
  for await (const chunk of response.body ?? []) bytes += chunk.length
  if (bytes !== FILE) throw new StepError(`${url} gave ${bytes} bytes, not ${FILE}`)
}

const LOOK_EVERY_MILLISECONDS = 10

async function heldOfLarge(signal: AbortSignal): Promise<number> {
  const runtime = await startRuntime(signal, { hasInspector: true })
  try {
    await seedTenants(runtime)
    return await largeUpload(runtime, await signIn(runtime, TENANT, 'admin'))
  } finally {
    await runtime.close()
  }
}

/** The most that the isolate holds while a large file passes through it. */
async function largeUpload(runtime: Runtime, admin: Call['headers']): Promise<number> {
  const heap = await watchHeap(runtime.inspector, 'cached')
  try {
    const before = await heap.used()
    let most = before
    let isDone = false
    const done = upload(runtime, admin, fileOf(LARGE)).finally(() => (isDone = true))
    while (!isDone) {
      await pause(LOOK_EVERY_MILLISECONDS)
      most = Math.max(most, await heap.used())
    }
    await done
    return most - before
  } finally {
    heap.close()
  }
}

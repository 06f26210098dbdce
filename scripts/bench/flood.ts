import { setTimeout as pause } from 'node:timers/promises'
import { StepError } from '../support/main.ts'
import { TENANT, get, newPost, post, slugOf } from './cases.ts'
import { signIn } from './data.ts'
import { type Call, type Send, percentile } from './measure.ts'
import { hosts, type Runtime } from './runtime.ts'

/** What one tenant's flood does to another. Times are in milliseconds. */
export interface Flood {
  /** Requests a minute that a caller may send. */
  readonly limit: number
  /** Requests a second of the flood, and of the other tenant. */
  readonly perSecond: number
  readonly otherPerSecond: number
  /** The other tenant's, over all turns of a kind. */
  readonly p99Alone: number
  readonly p99Beside: number
  /** Beside the flood as a multiple of alone: the median over pairs of turns. */
  readonly ratio: number
  /** Requests of the flood, those that were served and those refused with 429. */
  readonly sent: number
  readonly accepted: number
  readonly refused: number
  /** How many of them the limit may let through. */
  readonly allowed: number
}

/** A part of the measurement, as it was counted. */
interface FloodTurn {
  /** Milliseconds of each request of the other tenant. */
  readonly times: readonly number[]
  /** Statuses of the flood; none when the other tenant is alone. */
  readonly statuses: readonly number[]
}

/** Two turns that were taken one after the other. */
export type FloodPair = Readonly<Record<'alone' | 'beside', FloodTurn>>

/** Requests at a fixed rate. */
interface Stream {
  readonly call: (index: number) => Call
  readonly perSecond: number
}

const FLOODER = 'acme'
/** The flood's rate as a multiple of its limit. */
const EXCESS = 10
/** The rate of each caller of the other tenant as a share of its limit. */
const SHARE = 0.5
const READERS = 10
const PAIRS = 5
/** Two slots are a window of the limit, so that the flood of each pair has one whole budget. */
const SLOT_MILLISECONDS = 30_000
/** The rest of a slot is for the last answers. */
const TURN_SECONDS = 28

/**
 * Sends signed-in reads and writes of one tenant at a fixed rate, in turns alone and beside a caller of
 * another tenant who sends ten times the default limit. Both tenants are in one isolate. A first pair of
 * turns warms the isolate up and is not counted. Throws `StepError` when the other tenant is refused.
 */
export async function floodTenant(runtime: Runtime, signal: AbortSignal): Promise<Flood> {
  const { call: flooding, limit } = await callOfFlooder(runtime)
  const { call, callers } = await callsOfOther(runtime)
  const flood: Stream = { call: () => flooding, perSecond: (EXCESS * limit) / 60 }
  const other: Stream = { call, perSecond: (callers * SHARE * limit) / 60 }
  const take: Take = {
    alone: () => takeTurn(runtime.send, other),
    beside: () => takeTurn(runtime.send, other, flood),
  }
  const pairs: FloodPair[] = []
  for (let pair = 0; pair <= PAIRS; pair++) {
    signal.throwIfAborted()
    pairs.push(await takePair(take, pair % 2 === 0))
  }
  return {
    ...floodOf(pairs.slice(1)),
    limit,
    perSecond: flood.perSecond,
    otherPerSecond: other.perSecond,
    allowed: limit * PAIRS,
  }
}

/** What pairs of turns say. */
export function floodOf(
  pairs: readonly FloodPair[],
): Pick<Flood, 'p99Alone' | 'p99Beside' | 'ratio' | 'sent' | 'accepted' | 'refused'> {
  const ratios = pairs.map(({ alone, beside }) => p99Of([beside]) / p99Of([alone]))
  const statuses = pairs.flatMap(({ beside }) => beside.statuses)
  const answered = (status: number) => statuses.filter((each) => each === status).length
  return {
    p99Alone: p99Of(pairs.map(({ alone }) => alone)),
    p99Beside: p99Of(pairs.map(({ beside }) => beside)),
    ratio: percentile(
      ratios.sort((a, b) => a - b),
      0.5,
    ),
    sent: statuses.length,
    accepted: answered(200),
    refused: answered(429),
  }
}

function p99Of(turns: readonly FloodTurn[]): number {
  const times = turns.flatMap((turn) => turn.times)
  return percentile(
    times.sort((a, b) => a - b),
    0.99,
  )
}

/** A caller of its own tenant who reads one post, and what its budget is. */
async function callOfFlooder(runtime: Runtime): Promise<{ call: Call; limit: number }> {
  const admin = await signIn(runtime, FLOODER, 'admin')
  const origin = `http://${FLOODER}.${hosts.limited}`
  const created = await runtime.send(post(`${origin}/api/v1/blog/posts`, newPost(), admin, 201))
  const policy = created.headers.get('ratelimit-policy') ?? ''
  const [, limit, seconds] = /;q=(\d+);w=(\d+)$/.exec(policy) ?? []
  if (limit === undefined || Number(seconds) * 1_000 !== 2 * SLOT_MILLISECONDS)
    throw new StepError(`The limit is not one for a minute: ${policy}`)
  const { status: _, ...call } = get(`${origin}${created.headers.get('location')}`, admin)
  return { call, limit: Number(limit) }
}

/** Ten readers who each ask for another post every time, and an author. */
async function callsOfOther(runtime: Runtime): Promise<{ call: Stream['call']; callers: number }> {
  const origin = `http://${TENANT}.${hosts.limited}`
  const author = await signIn(runtime, TENANT, 'admin')
  const password = runtime.secrets['DEMO_PASSWORD']
  const readers: Call['headers'][] = []
  for (let reader = 0; reader < READERS; reader++) {
    const name = `reader-${reader}`
    const user = { email: `${name}@${TENANT}.example`, name, password, roles: ['customer'] }
    await runtime.send(post(`${origin}/api/v1/auth/users`, user, author, 201))
    readers.push(await signIn(runtime, TENANT, name))
  }
  const callers = readers.length + 1
  const call = (index: number): Call => {
    const reader = readers[index % callers]
    return reader
      ? get(`${origin}/api/v1/blog/posts-by-slug/${slugOf(index)}`, reader)
      : post(`${origin}/api/v1/blog/posts`, newPost(), author, 201)
  }
  return { call, callers }
}

type Take = Readonly<Record<keyof FloodPair, () => Promise<FloodTurn>>>

/** Takes both turns in one window of the limit. */
async function takePair(take: Take, isAloneFirst: boolean): Promise<FloodPair> {
  await nextSlot(2)
  if (isAloneFirst) {
    const alone = await take.alone()
    await nextSlot(1)
    return { alone, beside: await take.beside() }
  }
  const beside = await take.beside()
  await nextSlot(1)
  return { alone: await take.alone(), beside }
}

/** Waits for the next slot of the clock, by which the limit counts too. */
async function nextSlot(slots: number): Promise<void> {
  const length = slots * SLOT_MILLISECONDS
  await pause(length - (Date.now() % length))
}

async function takeTurn(send: Send, other: Stream, flood?: Stream): Promise<FloodTurn> {
  const [others, flooded] = await Promise.all([
    sendSteadily(send, other),
    flood ? sendSteadily(send, flood) : [],
  ])
  return {
    times: others.map(({ milliseconds }) => milliseconds),
    statuses: flooded.map(({ status }) => status),
  }
}

/** Sends requests for a turn, each at its instant, whether or not others have been answered. */
async function sendSteadily(send: Send, { call, perSecond }: Stream) {
  const requests = Array.from(
    { length: Math.floor(perSecond * TURN_SECONDS) },
    async (_, index) => {
      await pause((index / perSecond) * 1_000)
      const start = performance.now()
      const { status } = await send(call(index))
      return { status, milliseconds: performance.now() - start }
    },
  )
  return Promise.all(requests)
}

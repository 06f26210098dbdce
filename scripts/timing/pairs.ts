import { signIn } from '../bench/data.ts'
import { TENANT } from '../bench/cases.ts'
import type { Call, Send } from '../bench/measure.ts'
import { hosts, type Runtime } from '../bench/runtime.ts'
import type { Samples } from './statistics.ts'

/** The same request about what is known and what is not. Each index makes another unknown one. */
export interface Probe {
  readonly name: string
  readonly known: (index: number) => Call
  readonly unknown: (index: number) => Call
}

/** Pairs that are sent before any is measured. */
const WARM_UP = 10
const ORIGIN = `http://${TENANT}.${hosts.uncached}`
const PASSWORD = 'a quiet green river'
const json = { 'content-type': 'application/json', 'accept-encoding': 'identity' }

const known = `customer@${TENANT}.example`
/** An address as long as the known one. */
const unknown = (index: number): string =>
  `${String(index).padStart('customer'.length, 'u')}@${TENANT}.example`

/** Accounts that exist, one a try: an account has few of them. */
const member = (index: number): string =>
  `${String(index).padStart('customer'.length, 'm')}@${TENANT}.example`

const post = (path: string, body: unknown, status: number, index: number): Call => ({
  url: `${ORIGIN}${path}`,
  method: 'POST',
  // An address has few tries too.
  headers: { ...json, 'cf-connecting-ip': `203.0.113.${index % 250}` },
  body: JSON.stringify(body),
  status,
})
const login = (email: string, index: number) =>
  post('/api/v1/auth/login', { email, password: 'a quiet red river' }, 401, index)
const register = (email: string, index: number) =>
  post('/api/v1/auth/register', { email, name: 'Ada', password: PASSWORD }, 202, index)

/** Every request of a stranger that must not tell whether an account exists. */
export const probes: readonly Probe[] = [
  {
    name: 'log-in',
    known: (index) => login(member(index), index),
    unknown: (index) => login(unknown(index), index),
  },
  {
    name: 'registration',
    known: (index) => register(known, index),
    unknown: (index) => register(unknown(index), index),
  },
]

/** Lets strangers make accounts at the tenant that is measured. */
export async function openRegistration(runtime: Runtime): Promise<void> {
  await runtime.send({
    url: `${ORIGIN}/api/v1/tenant/modules/auth`,
    method: 'PATCH',
    headers: { ...json, ...(await signIn(runtime, TENANT, 'admin')) },
    body: JSON.stringify({ settings: { registrationEnabled: true } }),
    status: 200,
  })
}

/** Makes the accounts that are tried, as many as there will be pairs. */
export async function makeMembers(
  { send }: Runtime,
  pairs: number,
  signal: AbortSignal,
): Promise<void> {
  for (let index = 0; index < WARM_UP + pairs; index++) {
    signal.throwIfAborted()
    await send(register(member(index), index))
  }
}

/**
 * Sends pairs one request at a time, so that none waits for a hash of another. The order turns with
 * each pair: what a request leaves behind slows both kinds alike. Throws `StepError` for an answer
 * of another status, and what the signal was aborted with.
 */
export async function samplesOf(
  send: Send,
  { name, ...probe }: Probe,
  pairs: number,
  signal: AbortSignal,
): Promise<Samples> {
  const times = { known: new Array<number>(), unknown: new Array<number>() }
  for (let index = 0; index < WARM_UP + pairs; index++) {
    signal.throwIfAborted()
    const kinds = ['known', 'unknown'] as const
    for (const kind of index % 2 === 0 ? kinds : kinds.toReversed()) {
      const call = probe[kind](index)
      const start = performance.now()
      await send(call)
      if (index >= WARM_UP) times[kind].push(performance.now() - start)
    }
  }
  return { name, ...times }
}

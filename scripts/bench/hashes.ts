import { TENANT } from './cases.ts'
import { percentile, timesOf } from './measure.ts'
import { hosts, type Runtime } from './runtime.ts'

/** What many log-ins at once do to an isolate. Times are medians in milliseconds. */
export interface LoginBurst {
  readonly logins: number
  readonly accepted: number
  /** Answered 429 before any hashing. */
  readonly refused: number
  readonly refusedP50: number
  /** A request that needs nothing, alone and beside the log-ins. */
  readonly helloAlone: number
  readonly helloBeside: number
}

const LOGINS = 32
const HELLOS = 100

/** Sends 32 log-ins at once and, beside them, requests that need nothing from the same isolate. */
export async function burstOfLogins({ send, secrets }: Runtime): Promise<LoginBurst> {
  const origin = `http://${TENANT}.${hosts.cached}`
  const credentials = { email: `customer@${TENANT}.example`, password: secrets['DEMO_PASSWORD'] }
  const login = async () => {
    const start = performance.now()
    const { status } = await send({
      url: `${origin}/api/v1/auth/login`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credentials),
    })
    return { status, milliseconds: performance.now() - start }
  }
  const hello = { url: `${origin}/health/live`, status: 200 }
  const helloAlone = await timesOf(send, { call: () => hello, requests: HELLOS, inFlight: 1 })

  let underWay = true
  const burst = Promise.all(Array.from({ length: LOGINS }, login)).finally(() => {
    underWay = false
  })
  const helloBeside: number[] = []
  while (underWay) {
    const start = performance.now()
    await send(hello)
    helloBeside.push(performance.now() - start)
  }
  const answers = await burst
  const refused = answers.filter(({ status }) => status === 429)
  return {
    logins: LOGINS,
    accepted: answers.filter(({ status }) => status === 200).length,
    refused: refused.length,
    refusedP50: median(refused.map(({ milliseconds }) => milliseconds)),
    helloAlone: median(helloAlone),
    helloBeside: median(helloBeside),
  }
}

function median(values: readonly number[]): number {
  return percentile(
    values.toSorted((a, b) => a - b),
    0.5,
  )
}

import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'
import { StepError } from '../support/main.ts'

const TENANT = 'demo'
const AGAIN_MILLISECONDS = 100
const ANSWER_WITHIN_MILLISECONDS = 10_000

const tokenSchema = z.object({ accessToken: z.string() })
const createdSchema = z.object({ id: z.string() })

/** A client that asks again with the same key until it is answered. */
export interface Client {
  /** The id of what was made. Throws `StepError` when it was refused. */
  create(path: string, key: string, body: unknown): Promise<string>
  /** Status and media type of every answer that was a fault of the server, in their order. */
  readonly faults: readonly string[]
}

/** Signs in as the demo's administrator, and again whenever the token has ended. */
export function createClient(origin: string, password: string, signal: AbortSignal): Client {
  const json = { 'content-type': 'application/json', 'x-tenant-id': TENANT }
  const faults: string[] = []
  let token = ''

  const send = async (path: string, headers: Readonly<Record<string, string>>, body: unknown) => {
    for (;;) {
      signal.throwIfAborted()
      try {
        const response = await fetch(`${origin}${path}`, {
          method: 'POST',
          headers: { ...json, ...headers },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(ANSWER_WITHIN_MILLISECONDS),
        })
        const text = await response.text()
        if (response.status < 500 && response.status !== 429)
          return { status: response.status, text }
        if (response.status >= 500)
          faults.push(`${response.status} ${response.headers.get('content-type') ?? ''}`)
      } catch {
        // Nobody listens, or it was killed in the middle: whether it was done is not known.
      }
      await pause(AGAIN_MILLISECONDS)
    }
  }

  const signIn = async () => {
    const email = `admin@${TENANT}.example`
    const { status, text } = await send('/api/v1/auth/login', {}, { email, password })
    if (status !== 200) throw new StepError(`The log-in was refused with ${status}: ${text}`)
    token = tokenSchema.parse(JSON.parse(text)).accessToken
  }

  return {
    faults,
    async create(path, key, body) {
      for (;;) {
        if (token === '') await signIn()
        const headers = { authorization: `Bearer ${token}`, 'idempotency-key': key }
        const { status, text } = await send(path, headers, body)
        if (status === 201) return createdSchema.parse(JSON.parse(text)).id
        if (status !== 401 && status !== 409) {
          throw new StepError(`${path} was refused with ${status}: ${text}`)
        }
        // The token has ended, or the same key is at work in a request that is not answered.
        if (status === 401) token = ''
        else await pause(AGAIN_MILLISECONDS)
      }
    },
  }
}

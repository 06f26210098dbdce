import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'
import { StepError } from '../support/main.ts'

/** A server's answer with a status below 300, or the problem that it told. */
export type Answer =
  | { readonly ok: true; readonly status: number; readonly body: unknown }
  | { readonly ok: false; readonly status: number; readonly problem: string }

/** One request to a server. */
export interface Call {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** How requests are sent. */
export interface ApiOptions {
  readonly origin: string
  /** Ends a pause between two tries; a request on its way is left to end. */
  readonly signal: AbortSignal
  /** Told before each pause. */
  readonly onPause?: (seconds: number, status: number) => void
}

const ANSWER_WITHIN_MS = 120_000
const MAX_TRIES = 8
const LONGEST_PAUSE_SECONDS = 120

/** Too many requests, and a server that is not ready. */
const passing = new Set([429, 503])

const problemSchema = z.object({
  title: z.string(),
  detail: z.string().optional(),
  code: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
})

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const problemOf = (status: number, text: string): string => {
  const { data } = problemSchema.safeParse(parseJson(text))
  if (data === undefined) return `status ${status}: ${text.slice(0, 200)}`
  const places = (data.errors ?? []).map(({ pointer, detail }) => `${pointer} ${detail}`)
  return [`${status} ${data.title}`, data.detail, ...places].filter(Boolean).join(': ')
}

const send = async ({ origin }: ApiOptions, call: Call): Promise<Response> => {
  try {
    return await fetch(`${origin}${call.path}`, {
      method: call.method,
      headers: {
        ...call.headers,
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
  } catch (error) {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw new StepError(`${origin} does not answer: ${String(reason)}`)
  }
}

/** Seconds to wait: what `Retry-After` (RFC 9110 §10.2.3) says, else longer with each try. */
const pauseSeconds = (header: string | null, tries: number): number => {
  const asked = header === null ? Number.NaN : Number(header)
  const seconds = Number.isInteger(asked) && asked >= 0 ? asked : 2 ** (tries - 1)
  return Math.min(seconds, LONGEST_PAUSE_SECONDS)
}

const bodyOf = (text: string): unknown => (text === '' ? undefined : JSON.parse(text))

/**
 * Sends one request that is safe to repeat. 429 and 503 are tried up to eight times, after the pause
 * that `Retry-After` asks for, at most two minutes. Throws `StepError` when nothing answers
 * within two minutes, and the reason of the signal when that aborts a pause.
 */
export async function callApi(options: ApiOptions, call: Call): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const response = await send(options, call)
    const text = await response.text()
    const { ok, status, headers } = response
    if (ok) return { ok, status, body: bodyOf(text) }
    if (!passing.has(status) || tries === MAX_TRIES) {
      return { ok: false, status, problem: problemOf(status, text) }
    }
    const seconds = pauseSeconds(headers.get('retry-after'), tries)
    options.onPause?.(seconds, status)
    options.signal.throwIfAborted()
    await pause(seconds * 1_000, undefined, { signal: options.signal }).catch(() =>
      options.signal.throwIfAborted(),
    )
  }
}

import type * as z from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import { limits } from '../../kernel/limits.ts'
import { MailFailure, type MailFailureKind } from '../../ports/mailer.ts'
import { readText } from '../fetcher/read-text.ts'
import { type Provider, failureOf } from './provider.ts'

/** What an adapter needs to call a provider's HTTP API. */
export interface HttpDeps {
  readonly fetch: typeof fetch
  readonly clock: Clock
  /** Where the API is, without a slash at the end; tests put a server of their own here. */
  readonly baseUrl: string
  readonly timeoutMilliseconds: number
}

/** One call. A body makes it a POST unless the method says otherwise. */
export interface ApiRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** A provider's answer; `text` is its body's first 16 KB. */
export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** How a provider's own codes change what a status means. */
export type Meaning = (answer: ApiAnswer, code: string | undefined) => MailFailureKind | undefined

/** Cloudflare's own statuses for an origin that was never reached or refused the connection. */
const NEVER_REACHED = [521, 522, 523, 525, 526, 530]
/** A gateway gave up on a request that it had passed on. */
const PERHAPS_DONE = [504, 520, 524]
/** About the account or the request's form, not about this mail: it is as good as ever elsewhere. */
const NOT_THE_MAIL = [401, 402, 403, 404, 405, 407, 408]

type Caller = Pick<Provider, 'name' | 'repeatable'>

/**
 * Calls the API and reads at most 16 KB of the answer. Follows no redirect, which would carry the
 * key elsewhere. Throws `unavailable` when the body has not left in full, and `unknown` after that.
 */
export async function callApi(
  deps: HttpDeps,
  provider: Caller,
  request: ApiRequest,
  signal: AbortSignal,
): Promise<ApiAnswer> {
  const outgoing = request.body === undefined ? undefined : outgoingBody(request.body)
  // Workers' own fetch refuses to be called as the method of an object.
  const { fetch } = deps
  let response: Response
  try {
    response = await fetch(`${deps.baseUrl}${request.path}`, {
      method: outgoing ? 'POST' : 'GET',
      headers: { accept: 'application/json', ...request.headers },
      redirect: 'manual',
      signal,
      ...(outgoing && { body: outgoing.stream }),
    })
  } catch {
    const reason = signal.aborted ? 'no answer in time' : 'the connection was lost'
    throw failureOf(provider, { kind: outgoing?.isSent() ? 'unknown' : 'unavailable', reason })
  }
  const text = await readText(response, limits.mail.answer).catch(() => '')
  return { status: response.status, headers: response.headers, text }
}

/** As `callApi`, and throws what the status and the provider's own code mean unless it is a 2xx. */
export async function sendByApi(
  deps: HttpDeps,
  provider: Caller,
  request: ApiRequest & { readonly body: string },
  signal: AbortSignal,
  options: { readonly codeOf: (answer: ApiAnswer) => unknown; readonly meaning?: Meaning },
): Promise<ApiAnswer> {
  const answer = await callApi(deps, provider, request, signal)
  if (answer.status >= 200 && answer.status < 300) return answer
  const code = safeCode(options.codeOf(answer))
  const kind = options.meaning?.(answer, code) ?? kindOf(answer.status)
  throw failureOf(provider, {
    kind,
    reason: `status ${answer.status}${code ? ` ${code}` : ''}`,
    retryAfterSeconds: kind === 'unavailable' ? retryAfter(deps.clock, answer) : undefined,
  })
}

/** The answer's JSON as the schema reads it; `undefined` when it is something else. */
export function readJson<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** An answer that a provider gives to a key that works, as one check of the set-up. */
export async function checkKey(
  deps: HttpDeps,
  provider: Caller,
  request: ApiRequest,
  signal: AbortSignal,
): Promise<{ name: string; passed: boolean; detail: string }> {
  const name = `${provider.name}: the key is accepted`
  try {
    const { status } = await callApi(deps, provider, request, signal)
    return { name, passed: status === 200, detail: `status ${status}` }
  } catch (error) {
    if (!(error instanceof MailFailure)) throw error
    return { name, passed: false, detail: error.reason }
  }
}

function kindOf(status: number): MailFailureKind {
  if (PERHAPS_DONE.includes(status)) return 'unknown'
  if (status < 400 || status === 429 || NEVER_REACHED.includes(status)) return 'unavailable'
  if (status >= 500 || NOT_THE_MAIL.includes(status)) return 'unavailable'
  return 'rejected'
}

/** Providers' codes are short words; anything longer may quote the mail. */
function safeCode(code: unknown): string | undefined {
  const text = typeof code === 'number' ? String(code) : code
  return typeof text === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(text) ? text : undefined
}

/** `Retry-After` in seconds or as a date (RFC 9110 10.2.3), from 1 second to a day. */
function retryAfter(clock: Clock, { headers }: ApiAnswer): number | undefined {
  const value = headers.get('retry-after')
  if (value === null) return undefined
  const seconds = /^\d+$/.test(value.trim())
    ? Number(value)
    : Math.ceil((Date.parse(value) - clock.now()) / 1_000)
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), 86_400) : undefined
}

/** The runtime takes three writes before it has a connection, so a body leaves in more than those. */
const PARTS = 16

/** A body that tells whether its last part has been taken by the connection. */
function outgoingBody(text: string): { stream: ReadableStream; isSent: () => boolean } {
  const bytes = new TextEncoder().encode(text)
  const { readable, writable } = new FixedLengthStream(bytes.length)
  const size = Math.ceil(bytes.length / PARTS)
  let left = bytes.length
  const write = async () => {
    const writer = writable.getWriter()
    writer.closed.catch(() => undefined)
    for (let start = 0; start < bytes.length; start += size) {
      const part = bytes.subarray(start, start + size)
      await writer.write(part)
      left -= part.length
    }
    await writer.close()
  }
  write().catch(() => undefined)
  return { stream: readable, isSent: () => left === 0 }
}

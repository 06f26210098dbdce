import type { Clock } from '../../kernel/clock.ts'
import { type TargetFault, isPublicAddress, targetOf } from '../../kernel/net-address.ts'
import {
  FetchFailure,
  type FetchedAnswer,
  type Fetcher,
  type OutgoingRequest,
  type ResolveName,
} from '../../ports/fetcher.ts'
import type { StartTimer } from '../../kernel/deadline.ts'

/** How requests to strangers' servers are bounded. */
export interface GuardedFetcherOptions {
  /** The only hosts that are not asked for by the rules, each `host:port`. */
  readonly allowedHosts: readonly string[]
  readonly resolve: ResolveName
  readonly startTimer: StartTimer
  /** From the first byte sent to the answer's headers. */
  readonly timeoutMilliseconds: number
  /** Bytes read of an answer's body. */
  readonly answerBytes: number
  readonly userAgent: string
  readonly clock: Clock
  /** Requests to one endpoint under way at once in this isolate. */
  readonly atOncePerEndpoint: number
}

/** How long a request waits for others to its endpoint, and how often it looks. */
const QUEUE = { milliseconds: 2_000, step: 50 }

/** What a request may take beside the wait for its answer's headers: the DNS and the body. */
const LONGEST_REST_MILLISECONDS = 10_000

/** An answer counts by its status; its body is for the log and may be cut short. */
const BODY_MILLISECONDS = 1_000

const FAULTS: Readonly<Record<TargetFault, string>> = {
  url: 'the URL cannot be read',
  scheme: 'the scheme is not https',
  credentials: 'the URL holds credentials',
  port: 'the port is not one for https',
  address: 'the host is an address and not a name',
  name: 'the host is not a name of the public internet',
}

/**
 * Sends to names of the public internet only, asking the DNS before each request. A Worker cannot
 * pin the address that it has been told, so a name that changes between the question and the
 * connection is left to the platform, which reaches no private network of anybody.
 */
export function createGuardedFetcher(options: GuardedFetcherOptions): Fetcher {
  const admit = async (text: string): Promise<URL> => {
    const target = targetOf(text, options.allowedHosts)
    if (typeof target === 'string') throw new FetchFailure('refused', FAULTS[target])
    if (!target.isAllowed) await requirePublic(options.resolve, target.url.hostname)
    return target.url
  }
  const places = createPlaces(options)
  return {
    check: async (url) => void (await admit(url)),
    async post(request) {
      const leave = await places.take(request.endpoint)
      try {
        return await send(options, await admit(request.url), request)
      } finally {
        leave()
      }
    },
  }
}

async function send(
  options: GuardedFetcherOptions,
  target: URL,
  { headers, body, signal }: OutgoingRequest,
): Promise<FetchedAnswer> {
  const { startTimer, timeoutMilliseconds, userAgent } = options
  const abort = new AbortController()
  const end = () => abort.abort()
  const cancel = startTimer(timeoutMilliseconds, end)
  signal?.addEventListener('abort', end)
  try {
    const response = await fetch(target, {
      method: 'POST',
      headers: { ...headers, 'user-agent': userAgent },
      body,
      redirect: 'manual',
      signal: abort.signal,
    })
    return await answerOf(response, options)
  } catch {
    throw abort.signal.aborted
      ? new FetchFailure('timeout', `no answer within ${timeoutMilliseconds} ms`)
      : new FetchFailure('connection', 'the connection failed')
  } finally {
    cancel()
    signal?.removeEventListener('abort', end)
  }
}

/**
 * Keeps a server that hangs from taking the connections of the others: an invocation of a Worker has
 * six. A request looks for a free place by itself, since none may wait for another's promise; one
 * that died with its invocation holds its place no longer than it could have lasted.
 */
function createPlaces(options: GuardedFetcherOptions) {
  const { atOncePerEndpoint, clock, startTimer, timeoutMilliseconds } = options
  const endpoints = new Map<string, Map<symbol, number>>()
  const pause = () => new Promise<void>((resolve) => void startTimer(QUEUE.step, resolve))
  const lasts = timeoutMilliseconds + LONGEST_REST_MILLISECONDS
  const isFull = (endpoint: string) => {
    const taken = [...(endpoints.get(endpoint)?.values() ?? [])]
    return taken.filter((since) => clock.now() - since < lasts).length >= atOncePerEndpoint
  }
  return {
    async take(endpoint: string): Promise<() => void> {
      for (let waited = 0; isFull(endpoint); waited += QUEUE.step) {
        if (waited >= QUEUE.milliseconds)
          throw new FetchFailure('busy', 'too much is under way to the endpoint')
        await pause()
      }
      const taken = endpoints.get(endpoint) ?? new Map<symbol, number>()
      const place = Symbol(endpoint)
      endpoints.set(endpoint, taken.set(place, clock.now()))
      return () => {
        taken.delete(place)
        if (taken.size === 0) endpoints.delete(endpoint)
      }
    },
  }
}

async function requirePublic(resolve: ResolveName, name: string): Promise<void> {
  let addresses: readonly string[]
  try {
    addresses = await resolve(name)
  } catch {
    throw new FetchFailure('unresolved', 'the resolver did not answer')
  }
  if (addresses.length === 0) throw new FetchFailure('unresolved', 'the name leads nowhere')
  if (!addresses.every(isPublicAddress))
    throw new FetchFailure('refused', 'the name leads to a private address')
}

async function answerOf(
  response: Response,
  { answerBytes, startTimer }: GuardedFetcherOptions,
): Promise<FetchedAnswer> {
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: response.body ? await beginningOf(response.body, answerBytes, startTimer) : '',
  }
}

/** What has come of a body when it is long enough or its time is up. Never rejects. */
async function beginningOf(
  stream: ReadableStream<Uint8Array>,
  most: number,
  startTimer: StartTimer,
): Promise<string> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let left = most
  let text = ''
  const isOver = Promise.withResolvers<undefined>()
  const cancel = startTimer(BODY_MILLISECONDS, () => isOver.resolve(undefined))
  try {
    while (left > 0) {
      const next = await Promise.race([reader.read(), isOver.promise])
      if (next?.value === undefined) break
      const chunk = next.value.subarray(0, left)
      left -= chunk.byteLength
      text += decoder.decode(chunk, { stream: true })
    }
  } catch {
    // What has come so far is enough for the log.
  } finally {
    cancel()
    reader.cancel().catch(() => undefined)
  }
  return text + decoder.decode()
}

/** Why a request to somebody else's server was not made, or had no answer. */
export type FetchFailureKind =
  /** The target may not be asked: a private address, another scheme, an odd port. */
  | 'refused'
  /** The name leads nowhere, or the resolver did not answer. */
  | 'unresolved'
  | 'timeout'
  | 'connection'
  /** Too much is under way to the same endpoint; nothing was sent. */
  | 'busy'

/** A request that had no answer. The message tells no address of ours. */
export class FetchFailure extends Error {
  readonly kind: FetchFailureKind

  constructor(kind: FetchFailureKind, reason: string) {
    super(reason)
    this.name = 'FetchFailure'
    this.kind = kind
  }
}

/** A request to somebody else's server. */
export interface OutgoingRequest {
  readonly url: string
  /** Whose request it is: those of one endpoint wait for each other, so that it delays no other. */
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Ends the request before its own time is up. */
  readonly signal?: AbortSignal
}

/** What somebody else's server answered. A redirect is an answer and is not followed. */
export interface FetchedAnswer {
  readonly status: number
  readonly retryAfter: string | null
  /** The beginning of the body, as text. */
  readonly body: string
}

/** Sends requests to servers that strangers name, and to no server of ours (SSRF). */
export interface Fetcher {
  /** Throws `FetchFailure` for a target that `post` would refuse at this moment. */
  check(url: string): Promise<void>
  /** Asks what `check` asks, then sends. Throws `FetchFailure` alone. */
  post(request: OutgoingRequest): Promise<FetchedAnswer>
}

/** The addresses that a name leads to, IPv4 and IPv6; empty for none. Throws when nobody tells. */
export type ResolveName = (name: string) => Promise<readonly string[]>

/** A ready answer to an anonymous read. */
export interface CachedAnswer {
  readonly status: number
  /** All but those that differ between two requests for it; they are not changed. */
  readonly headers: Headers
  /** In UTF-8, as it goes over the wire. */
  readonly body: Uint8Array
  readonly etag: string
}

/** Where a cached answer belongs: a module of a tenant, so that a change there drops it. */
export interface CacheScope {
  readonly tenantId: string
  readonly module: string
}

/**
 * Answers to anonymous reads in isolate memory.
 *
 * A commit in this isolate drops the answers of the modules it touched; another isolate's commit is
 * seen when the entry's time is up.
 */
export interface PublicCache {
  get(scope: CacheScope, key: string): CachedAnswer | undefined
  /** `epoch` is what `epoch(scope)` said before the answer was computed; a later change refuses it. */
  put(scope: CacheScope, key: string, answer: CachedAnswer, epoch: number): void
  epoch(scope: CacheScope): number
  invalidate(tenantId: string, module: string): void
}

/**
 * The platform's own fetch, for the APIs that the configuration names. Strangers' addresses go
 * through the guarded fetcher.
 */
export const platformFetch: typeof fetch = (input, init) => fetch(input, init)

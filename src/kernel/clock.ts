/** Source of the current time. Injected, so that tests and replays choose it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number
}

/** Formats epoch milliseconds as an RFC 3339 UTC string with milliseconds. */
export function toRfc3339(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

/** As `toRfc3339`, keeping null. */
export function toRfc3339OrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : toRfc3339(milliseconds)
}

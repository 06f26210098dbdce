/** What is left of a budget. */
export interface Allowance {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  /** Seconds until the budget is whole again. */
  readonly resetSeconds: number
  readonly windowSeconds: number
}

/** A coarse guard against floods: exact within an isolate, approximate over many. */
export interface Limiter {
  take(key: string, nowMilliseconds: number): Allowance
}

import { toRfc3339 } from '../../kernel/clock.ts'
import { stepwise } from '../../kernel/backoff.ts'
import type { EventEnvelope } from '../../kernel/events.ts'
import { limits } from '../../kernel/limits.ts'
import type { Endpoint, Outcome, Verdict } from './types.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Ten tries over 75 h and 35 min (the schedule of Standard Webhooks 1.0 and Svix, lengthened). */
export const deliveryRetry = stepwise([
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
])

/** An endpoint that has failed for so long without one success is disabled. */
export const FAILING_MILLISECONDS = 5 * DAY

/** How long the secret before signs beside a new one. */
export const OVERLAP_MILLISECONDS = DAY

/** Failures in a row after which an endpoint is left alone, for a minute first and an hour at most. */
export const BREAKER = { failures: 5, pause: MINUTE, longestPause: HOUR }

/** How long a try that never ends keeps others from trying a paused endpoint. */
export const PROBE_MILLISECONDS = 30 * SECOND

/** An endpoint that is asked too much is left alone for so long at least. */
const SLOW_DOWN = MINUTE
const SLOW_STATUSES = [429, 502, 503, 504]
const LONGEST_RETRY_AFTER = DAY

/** `*` for all types, a type, or the beginning of one: `blog.*`, `blog.post.*`. */
export const EVENT_PATTERN = /^(\*|[a-z0-9_-]+(\.[a-z0-9_-]+)*(\.\*)?)$/

/** Whether an endpoint with these patterns wants to be told of the type. */
export function isWanted(patterns: readonly string[], type: string): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type,
  )
}

/**
 * The body that tells an endpoint of an event: `type`, `timestamp` and `data` (Standard Webhooks 1.0)
 * beside what identifies it. One that would be too large names the event only and says `truncated`.
 */
export function bodyOf(
  event: EventEnvelope,
  { shape, fields }: Pick<Endpoint, 'shape' | 'fields'>,
): string {
  const { id, type, version, tenantId, aggregate } = event
  const about = { id, type, version, timestamp: toRfc3339(event.occurredAt), tenantId, aggregate }
  const ids = { ...about, data: { id: aggregate.id } }
  if (shape === 'ids') return JSON.stringify(ids)
  const { actor, correlationId, causationId } = event
  const data = fields === null ? event.payload : pick(event.payload, fields)
  const full = JSON.stringify({ ...about, actor, correlationId, causationId, data })
  const isSmall = new TextEncoder().encode(full).byteLength <= limits.webhooks.body
  return isSmall ? full : JSON.stringify({ ...ids, truncated: true })
}

function pick(payload: unknown, fields: readonly string[]): unknown {
  if (typeof payload !== 'object' || payload === null) return payload
  return Object.fromEntries(Object.entries(payload).filter(([name]) => fields.includes(name)))
}

/** What a try means, after so many tries before it since the delivery was queued. */
export function decideTry(
  attempts: number,
  outcome: Outcome,
  now: number,
  random: number,
): Verdict {
  const { status, retryAfter } = outcome
  const isSlow = status !== null && SLOW_STATUSES.includes(status)
  const pauseMilliseconds = isSlow ? Math.max(SLOW_DOWN, retryAfter ?? 0) : (retryAfter ?? 0)
  const ended = { nextAttemptAt: null, pauseMilliseconds: 0, isGone: false }
  if (isSuccess(status)) return { ...ended, state: 'succeeded' }
  if (status === 410) return { ...ended, state: 'failed', isGone: true }
  const failures = attempts + 1
  if (failures >= deliveryRetry.maxAttempts) return { ...ended, state: 'failed', pauseMilliseconds }
  const pause = Math.max(deliveryRetry.delay(failures, random), pauseMilliseconds)
  return { state: 'pending', nextAttemptAt: now + pause, pauseMilliseconds, isGone: false }
}

/** True for an answer that takes the webhook. A redirect does not. */
export function isSuccess(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300
}

/** Milliseconds that `Retry-After` asks to wait, in seconds or as a date (RFC 9110 §10.2.3); at most a day. */
export function retryAfterOf(header: string | null, now: number): number | null {
  if (header === null) return null
  const isDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(header)
  const until = isDate ? Date.parse(header) - now : Number.NaN
  const wait = /^\d{1,9}$/.test(header) ? Number(header) * SECOND : until
  return Number.isFinite(wait) ? Math.min(LONGEST_RETRY_AFTER, Math.max(0, wait)) : null
}

const SECRETS =
  /whsec_[\w+/=]+|\bv1a?,[\w+/=]{20,}|\b(?:bearer|basic)\s+[\w.~+/=-]+|\beyJ[\w-]+\.[\w-]+\.[\w-]*|\b[sp]k_(?:live|test)_\w+|(?<="(?:password|secret|token|api_?key|authorization)"\s*:\s*")[^"]*/gi

/** The beginning of an answer without what looks like a secret and without control characters. */
export function scrubbed(text: string): string {
  return text
    .replaceAll(SECRETS, '[removed]')
    .replaceAll(/[^\P{Cc}\n\t]/gu, ' ')
    .slice(0, limits.webhooks.answerKept)
    .toWellFormed()
}

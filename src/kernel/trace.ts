import { isUuid } from './ids.ts'

/** Where a piece of work stands in a trace (W3C Trace Context, Level 2). */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits, not all zero. */
  readonly traceId: string
  /** The work's own span: 16 lower-case hexadecimal digits, not all zero. */
  readonly spanId: string
  /** The span that led to this one. */
  readonly parentId: string | undefined
  /** Whether the caller says that it records the trace. */
  readonly isSampled: boolean
}

const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/** A caller's place in a trace. */
export interface TraceParent {
  readonly traceId: string
  readonly spanId: string
  readonly isSampled: boolean
}

/** Reads `traceparent`; undefined for one that the specification says to ignore. */
export function parseTraceparent(header: string): TraceParent | undefined {
  const [, version, traceId, spanId, flags = '', more] = TRACEPARENT.exec(header) ?? []
  if (traceId === undefined || spanId === undefined) return undefined
  // A later version may say more; this one says no more.
  if (version === '00' && more !== undefined) return undefined
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** A `traceparent` (or `traceresponse`) that names the work itself. */
export function formatTraceparent({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`
}

/** The trace that starts with a UUID. */
function traceIdOf(id: string): string {
  return id.replaceAll('-', '')
}

/**
 * The span of what has a UUID: a request, an event, a job. Its second half starts with the variant,
 * so it is never zero, and whoever knows what led to a piece of work knows the parent of its span.
 */
function spanIdOf(id: string): string {
  return id.slice(19, 23) + id.slice(24)
}

/**
 * The place of a request: in its caller's trace, or in one of its own. `id` is the request's, else
 * one for the span where the client has given the request an id of its own.
 */
export function traceOfRequest(header: string | null, id: string): TraceContext {
  const parent = header === null ? undefined : parseTraceparent(header)
  return {
    traceId: parent?.traceId ?? traceIdOf(id),
    spanId: spanIdOf(id),
    parentId: parent?.spanId,
    isSampled: parent?.isSampled ?? false,
  }
}

/** The place of an event's or a job's delivery. `cause` is the request, event or job before it. */
export function traceOfWork(work: {
  readonly traceId: string
  readonly id: string
  readonly cause: string
}): TraceContext {
  return {
    traceId: work.traceId,
    spanId: spanIdOf(work.id),
    parentId: isUuid(work.cause) ? spanIdOf(work.cause) : undefined,
    isSampled: false,
  }
}

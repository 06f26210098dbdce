import { createCookieJar } from '../../kernel/cookies.ts'
import { isUuid } from '../../kernel/ids.ts'
import { traceOfRequest } from '../../kernel/trace.ts'
import type { Span } from '../../ports/tracing.ts'
import type { Isolate } from '../isolate.ts'
import type { Incoming } from './call.ts'
import { requestIdOf } from './headers.ts'

/** Gives a request its ids and its place in a trace. */
export function takeIn(isolate: Isolate, request: Request): Incoming {
  const next = () => isolate.shared.ids.next()
  const requestId = requestIdOf(request, next)
  const trace = traceOfRequest(
    request.headers.get('traceparent'),
    isUuid(requestId) ? requestId : next(),
  )
  return {
    isolate,
    request,
    url: new URL(request.url),
    requestId,
    now: isolate.clock.now(),
    scope: { requestId, trace, tenantId: undefined },
    facts: { route: 'none', databases: [] },
    cookies: createCookieJar(request.headers.get('cookie')),
  }
}

/** Tells log, counters, totals and trace of an answer. */
export function tellRequest(incoming: Incoming, response: Response, span: Span): void {
  const { isolate, request, facts, scope } = incoming
  const { telemetry } = isolate.shared
  const method = METHODS.has(request.method) ? request.method : 'other'
  const status = response.status
  const milliseconds = isolate.clock.now() - incoming.now
  const { trips, read, written } = costOf(incoming)
  telemetry.count('rustok_http_requests_total', {
    method,
    status: CLASSES[Math.floor(status / 100)] ?? 'other',
  })
  telemetry.observe('rustok_http_request_seconds', milliseconds / 1_000)
  telemetry.log('info', 'request', {
    method,
    route: facts.route,
    status,
    ms: milliseconds,
    trips,
    rowsRead: read,
    rowsWritten: written,
  })
  isolate.totals.add({
    kind: 'request',
    tenantId: scope.tenantId ?? '',
    name: facts.route,
    outcome: String(status),
    detail: method,
    milliseconds,
    roundTrips: trips,
    rowsRead: read,
    rowsWritten: written,
  })
  if (!span.isRecorded) return
  span.set('http.request.method', method)
  span.set('http.route', facts.route)
  span.set('http.response.status_code', status)
  span.set('rustok.tenant_id', scope.tenantId)
  span.set('rustok.parent_span_id', scope.trace.parentId)
  span.set('rustok.db.round_trips', trips)
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const CLASSES = ['', '1xx', '2xx', '3xx', '4xx', '5xx']

function costOf({ facts }: Incoming): { trips: number; read: number; written: number } {
  const cost = { trips: 0, read: 0, written: 0 }
  for (const database of facts.databases) {
    const { roundTrips, rowsRead, rowsWritten } = database.stats()
    cost.trips += roundTrips
    cost.read += rowsRead
    cost.written += rowsWritten
  }
  return cost
}

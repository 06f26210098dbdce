import { traceOfWork } from '../../kernel/trace.ts'
import type { WorkScope } from '../../ports/tracing.ts'

/** What an event's or a job's delivery belongs to: the trace and the request that began it all. */
export function scopeOf(held: {
  readonly id: string
  readonly tenantId: string
  readonly traceId: string
  readonly correlationId: string
  readonly causationId: string | null
}): WorkScope {
  const cause = held.causationId ?? held.correlationId
  return {
    requestId: held.correlationId,
    trace: traceOfWork({ traceId: held.traceId, id: held.id, cause }),
    tenantId: held.tenantId,
  }
}

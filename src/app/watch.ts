import { createAnalyticsTotals } from '../adapters/totals/analytics-engine.ts'
import { noTotals } from '../adapters/totals/none.ts'
import { createNativeTracing } from '../adapters/tracing/native.ts'
import { createNoTracing } from '../adapters/tracing/scopes.ts'
import type { Fields } from '../ports/telemetry.ts'
import type { Totals } from '../ports/totals.ts'
import type { Tracing } from '../ports/tracing.ts'
import type { Config } from './config/index.ts'

/** What sees the work of an isolate: traces, and figures over all isolates. */
export function watchOf(
  env: Env,
  { tracing }: Pick<Config, 'tracing'>,
): { readonly tracing: Tracing; readonly totals: Totals } {
  // -- a deployment may leave the dataset out, which the generated type does not know
  const { METRICS: dataset } = env as { readonly METRICS?: AnalyticsEngineDataset }
  return {
    tracing: tracing.driver === 'native' ? createNativeTracing() : createNoTracing(),
    totals: dataset ? createAnalyticsTotals(dataset) : noTotals,
  }
}

/** What each log line tells of the work that it comes from. */
export function scopeFields(tracing: Tracing): Fields {
  const scope = tracing.current()
  if (!scope) return {}
  const { traceId, spanId } = scope.trace
  return { requestId: scope.requestId, traceId, spanId, tenant: scope.tenantId }
}

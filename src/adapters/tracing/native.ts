import { tracing } from 'cloudflare:workers'
import type { Span, Tracing } from '../../ports/tracing.ts'
import { createTracing, noSpan } from './scopes.ts'

/**
 * Spans of the Workers runtime, which nests them with its own of each binding and exports them as
 * `[observability.traces]` says. The platform numbers its traces itself, so each span of a scope
 * tells ours as `rustok.trace_id`.
 */
export function createNativeTracing(): Tracing {
  const traces = createTracing((name, work) => {
    if (tracing.getActiveSpan()?.isTraced !== true) return work(noSpan)
    return tracing.enterSpan(name, (native) => {
      const scope = traces.current()
      native.setAttribute('rustok.trace_id', scope?.trace.traceId ?? '')
      native.setAttribute('rustok.request_id', scope?.requestId ?? '')
      return failing(native, () => work(recorded(native)))
    })
  })
  return traces
}

type NativeSpan = Parameters<Parameters<typeof tracing.enterSpan>[1]>[0]

function recorded(native: NativeSpan): Span {
  return {
    isRecorded: true,
    set(name, value) {
      if (value !== undefined) native.setAttribute(name, value)
    },
  }
}

/** Tells the kind of what was thrown, and never its message, which may hold input. */
function failing<T>(native: NativeSpan, work: () => T): T {
  const tell = (error: unknown) =>
    native.setAttribute('error.type', error instanceof Error ? error.name : typeof error)
  try {
    const result = work()
    if (result instanceof Promise) result.catch(tell)
    return result
  } catch (error) {
    tell(error)
    throw error
  }
}

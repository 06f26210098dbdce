import { AsyncLocalStorage } from 'node:async_hooks'
import type { Span, Tracing, WorkScope } from '../../ports/tracing.ts'

/** Traces by the given spans; scopes follow what is awaited. */
export function createTracing(span: Tracing['span']): Tracing {
  const scopes = new AsyncLocalStorage<WorkScope>()
  return {
    run: (scope, work) => scopes.run(scope, work),
    current: () => scopes.getStore(),
    span,
  }
}

/** The span that nobody sees. */
export const noSpan: Span = { isRecorded: false, set: () => undefined }

/** Scopes without spans. */
export function createNoTracing(): Tracing {
  return createTracing((_name, work) => work(noSpan))
}

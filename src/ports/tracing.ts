import type { TraceContext } from '../kernel/trace.ts'

/** What a piece of work belongs to. Its log lines and its outgoing requests tell. */
export interface WorkScope {
  /** The request that began it all. */
  readonly requestId: string
  readonly trace: TraceContext
  /** Known once the tenant is found. */
  tenantId: string | undefined
}

/** A piece of work as a trace shows it. */
export interface Span {
  /** False when nobody will see the span: what is costly to tell is not worth telling. */
  readonly isRecorded: boolean
  /** Attributes are named as OpenTelemetry names them. No personal data, no secrets, no SQL values. */
  set(name: string, value: string | number | boolean | undefined): void
}

/** Traces of the work of an isolate. */
export interface Tracing {
  /** Runs work, and all that it awaits, in a scope. */
  run<T>(scope: WorkScope, work: () => T): T
  /** The scope of the work that asks. */
  current(): WorkScope | undefined
  /** Runs work as a span below the one that it is started in; it ends when the work has. */
  span<T>(name: string, work: (span: Span) => T): T
}

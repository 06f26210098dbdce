/** Values that a log line or a counter may carry. No secrets and no personal data. */
export type Fields = Readonly<Record<string, string | number | boolean | null | undefined>>

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** Structured logs and isolate-local metrics. */
export interface Telemetry {
  log(level: Exclude<LogLevel, 'silent'>, message: string, fields?: Fields): void
  /** Logs what was thrown without messages that may carry SQL or input. */
  error(message: string, error: unknown, fields?: Fields): void
  /** Adds to a counter. Label values come from code, never from input. */
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void
  gauge(name: string, value: number, labels?: Readonly<Record<string, string>>): void
  /** Observes a duration in seconds. */
  observe(name: string, seconds: number, labels?: Readonly<Record<string, string>>): void
  /** All metrics in the Prometheus text format. */
  render(): string
}

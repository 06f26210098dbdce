/* oxlint-disable no-console -- Workers Logs reads the console; this adapter is its only writer */
import { toRfc3339 } from '../../kernel/clock.ts'
import type { Clock } from '../../kernel/clock.ts'
import { DatabaseError } from '../../ports/database.ts'
import type { Fields, LogLevel, Telemetry } from '../../ports/telemetry.ts'
import { createMetrics } from './metrics.ts'

const ORDER: Readonly<Record<LogLevel, number>> = {
  debug: 0,
  info: 1,
  warn: 2,
  error: 3,
  silent: 4,
}

/** Logs to the console, one JSON object a line or one readable line, and counts in memory. */
export function createConsoleTelemetry(options: {
  readonly clock: Clock
  readonly level: LogLevel
  readonly format: 'json' | 'pretty'
  readonly base: Fields
  /** What the work under way belongs to; each of its lines tells. */
  readonly scope?: () => Fields
}): Telemetry {
  const metrics = createMetrics()

  const log: Telemetry['log'] = (level, message, fields = {}) => {
    if (ORDER[level] < ORDER[options.level]) return
    const write = level === 'error' ? console.error : level === 'warn' ? console.warn : console.log
    const at = toRfc3339(options.clock.now())
    const scope = options.scope?.() ?? {}
    write(
      options.format === 'json'
        ? JSON.stringify({ at, level, message, ...options.base, ...scope, ...fields })
        : readable(level, message, { ...fields, requestId: scope['requestId'] }),
    )
  }

  return {
    ...metrics,
    log,
    error: (message, error, fields) => log('error', message, { ...fields, ...describe(error) }),
  }
}

function readable(level: LogLevel, message: string, fields: Fields): string {
  return `${level.toUpperCase().padEnd(5)} ${message} ${pairs(fields)}`.trimEnd()
}

function pairs(fields: Fields): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ')
}

/** The kind of an error and where it was thrown; never a driver's message, which may hold input. */
function describe(error: unknown): Fields {
  if (error instanceof DatabaseError) return { error: error.message, cause: causeOf(error) }
  if (!(error instanceof Error)) return { error: typeof error }
  return {
    error: `${error.name}: ${error.message}`,
    stack: error.stack?.split('\n').slice(1, 6).join('\n'),
  }
}

/** SQLite's own words without the values that follow them. */
function causeOf(error: DatabaseError): string | undefined {
  return error.cause instanceof Error
    ? error.cause.message.split('\n')[0]?.slice(0, 200)
    : undefined
}

import { Cron } from 'croner'

/** Five fields; or one word such as `@daily`. */
const FIVE_FIELDS = /^\s*(@[a-z]+|\S+(\s+\S+){4})\s*$/i

const SECOND = 1_000

/** The instants that a cron expression names in a time zone. */
export interface CronTimes {
  /** The first one after an instant (epoch milliseconds); null when there is none any more. */
  after(instant: number): number | null
  /** The last ones up to an instant, itself included, latest first. */
  upTo(instant: number, count: number): number[]
}

/**
 * Reads a cron expression of five fields, with `L`, `W`, `#` and names as croner has them, in an IANA
 * time zone. Undefined for what cannot be read.
 *
 * Where clocks go forward, an instant that does not exist runs at the end of the gap; where they go
 * back, one that exists twice runs once, the first time. Expressions by the hour run every hour.
 */
export function readCron(expression: string, timeZone: string): CronTimes | undefined {
  if (!FIVE_FIELDS.test(expression)) return undefined
  try {
    const cron = new Cron(expression.trim(), { timezone: timeZone, mode: '5-part', paused: true })
    const times: CronTimes = {
      after: (instant) => cron.nextRun(new Date(instant))?.getTime() ?? null,
      upTo(instant, count) {
        // croner looks before the second that it is given.
        const nextSecond = (Math.floor(instant / SECOND) + 1) * SECOND
        return cron.previousRuns(count, new Date(nextSecond)).map((run) => run.getTime())
      },
    }
    // Only a first use tells whether the time zone is known.
    times.after(0)
    return times
  } catch {
    return undefined
  }
}

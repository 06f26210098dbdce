import type { Clock } from '../../../../kernel/clock.ts'
import { type StartTimer, within } from '../../../../kernel/deadline.ts'

/** Lets concurrent loads of one key share one. */
export interface Flights<Value> {
  /**
   * The value of a load under way, or of this caller's own.
   *
   * A load belongs to the request that started it and dies with it, so each waiter waits by its own
   * timer and starts again when that is up or the load fails; after two such waits it loads alone.
   */
  share(key: string, load: () => Promise<Value>): Promise<Value>
  /** True while a load of the key is under way and not overdue. */
  isUnderWay(key: string): boolean
}

/** How long a caller waits for another one's load. */
export const WAIT_MILLISECONDS = 1_000

const MAX_WAITS = 2

/** `joined` is called for each caller that waits for another one's load. */
export function createFlights<Value>(options: {
  readonly clock: Clock
  readonly startTimer: StartTimer
  readonly joined: () => void
}): Flights<Value> {
  const { clock, startTimer } = options
  const flights = new Map<string, { readonly startedAt: number; readonly load: Promise<Value> }>()

  const underWay = (key: string) => {
    const flight = flights.get(key)
    return flight && clock.now() - flight.startedAt < WAIT_MILLISECONDS ? flight : undefined
  }

  const forgetOverdue = () => {
    for (const key of flights.keys()) {
      if (underWay(key)) return
      flights.delete(key)
    }
  }

  const lead = async (key: string, load: () => Promise<Value>) => {
    forgetOverdue()
    const flight = { startedAt: clock.now(), load: load() }
    flights.delete(key)
    flights.set(key, flight)
    try {
      return await flight.load
    } finally {
      if (flights.get(key) === flight) flights.delete(key)
    }
  }

  return {
    isUnderWay: (key) => underWay(key) !== undefined,
    async share(key, load) {
      for (let waits = 0; waits < MAX_WAITS; waits++) {
        const flight = underWay(key)
        if (!flight) break
        options.joined()
        const outcome = await within(startTimer, WAIT_MILLISECONDS, flight.load)
        if (outcome.kind === 'done') return outcome.value
      }
      return lead(key, load)
    },
  }
}

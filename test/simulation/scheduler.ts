import type { Random } from './random.ts'

/** Something that waits until the simulation lets it go on. */
interface Waiting {
  /** The isolate that it belongs to; when that is killed, it never goes on. */
  readonly owner: number
  readonly resume: () => void
}

interface Timer {
  readonly owner: number
  readonly at: number
  readonly fire: () => void
}

/** The order in which everything happens, chosen by the seed alone. */
export interface Scheduler {
  /** Virtual milliseconds. */
  now(): number
  /** Waits until it is picked. */
  pause(owner: number): Promise<void>
  startTimer(owner: number, milliseconds: number, fire: () => void): () => void
  /** Lets one of the waiting go on, until it waits again or ends. False when none waits. */
  step(): Promise<boolean>
  /** Moves the clock; timers that come due fire. */
  advance(milliseconds: number): Promise<void>
  /** Nothing of an isolate ever goes on. */
  kill(owner: number): void
}

/** A scheduler that starts at a fixed instant. */
export function createScheduler(random: Random, start: number): Scheduler {
  let now = start
  let waiting: Waiting[] = []
  let timers: Timer[] = []

  const fireDue = () => {
    const due = timers.filter(({ at }) => at <= now)
    timers = timers.filter(({ at }) => at > now)
    for (const { fire } of due) fire()
  }

  return {
    now: () => now,
    pause: (owner) => new Promise((resume) => void waiting.push({ owner, resume })),
    startTimer(owner, milliseconds, fire) {
      const timer = { owner, at: now + milliseconds, fire }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    async step() {
      if (waiting.length === 0) {
        await settled()
        return false
      }
      const [next] = waiting.splice(random.below(waiting.length), 1)
      next?.resume()
      await settled()
      return true
    },
    async advance(milliseconds) {
      now += milliseconds
      fireDue()
      await settled()
    },
    kill(owner) {
      waiting = waiting.filter((one) => one.owner !== owner)
      timers = timers.filter((one) => one.owner !== owner)
    },
  }
}

/** Every promise callback that can run has run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

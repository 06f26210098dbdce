import type { StartTimer } from '../../ports/timers.ts'

/** The end of work that took too long; it may still be under way. */
export class DeadlineError extends Error {
  constructor(milliseconds: number) {
    super(`not done within ${milliseconds} ms`)
    this.name = 'DeadlineError'
  }
}

/** Waits for work no longer than the given milliseconds. Throws `DeadlineError`. */
export function withDeadline<T>(
  startTimer: StartTimer,
  milliseconds: number,
  work: Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = startTimer(milliseconds, () => reject(new DeadlineError(milliseconds)))
    work.then(resolve, reject).finally(cancel)
  })
}

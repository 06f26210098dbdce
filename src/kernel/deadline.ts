/** Calls `fire` once after the given milliseconds unless the returned function is called before. */
export type StartTimer = (milliseconds: number, fire: () => void) => () => void

/** How a piece of work ended as seen by one that waited for it. */
export type Outcome<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'late' }

/** Waits for work no longer than the given milliseconds. Never rejects; late work goes on unwatched. */
export function within<Value>(
  startTimer: StartTimer,
  milliseconds: number,
  work: Promise<Value>,
): Promise<Outcome<Value>> {
  return new Promise((resolve) => {
    const cancel = startTimer(milliseconds, () => resolve({ kind: 'late' }))
    work.then(
      (value) => {
        cancel()
        resolve({ kind: 'done', value })
      },
      (error: unknown) => {
        cancel()
        resolve({ kind: 'failed', error })
      },
    )
  })
}

/** The end of work that took too long; it may still be under way. */
class DeadlineError extends Error {
  constructor(milliseconds: number) {
    super(`not done within ${milliseconds} ms`)
    this.name = 'DeadlineError'
  }
}

/** As `within`, with the value itself. Throws what the work throws, and `DeadlineError`. */
export async function withDeadline<Value>(
  startTimer: StartTimer,
  milliseconds: number,
  work: Promise<Value>,
): Promise<Value> {
  const outcome = await within(startTimer, milliseconds, work)
  switch (outcome.kind) {
    case 'done':
      return outcome.value
    case 'failed':
      throw outcome.error
    case 'late':
      throw new DeadlineError(milliseconds)
  }
}

import { setTimeout as pause } from 'node:timers/promises'

const ASK_EVERY_MS = 100

/** Asks again until the answer is there. Throws when it is not within the time, 20 seconds. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  withinMilliseconds = 20_000,
): Promise<T> {
  const deadline = performance.now() + withinMilliseconds
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() > deadline) throw new Error(`not within the time: ${what}`)
    await pause(ASK_EVERY_MS)
  }
}

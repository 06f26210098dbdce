import { LeaseLost } from '../../kernel/effect.ts'
import { JobCancelled } from '../../kernel/job.ts'
import type { StartTimer } from '../../kernel/deadline.ts'

/**
 * Waits for work and beats every so many milliseconds meanwhile. Throws what a beat throws when it
 * tells that the work is to end (`JobCancelled`, `LeaseLost`); the work may still be under way then.
 * A beat that fails otherwise is left to the next one.
 */
export async function withHeartbeat<T>(
  startTimer: StartTimer,
  milliseconds: number,
  beat: () => Promise<void>,
  work: Promise<T>,
): Promise<T> {
  let isOver = false
  let stop = () => {}
  const end = new Promise<never>((_, reject) => {
    const again = () => {
      if (!isOver) stop = startTimer(milliseconds, () => void once())
    }
    const once = async () => {
      try {
        await beat()
      } catch (error) {
        if (error instanceof JobCancelled || error instanceof LeaseLost) return reject(error)
      }
      again()
    }
    again()
  })
  try {
    return await Promise.race([work, end])
  } finally {
    isOver = true
    stop()
  }
}

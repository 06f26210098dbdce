import type { StartTimer } from '../../kernel/deadline.ts'

/** The platform's timers. On Workers a timer belongs to the request that has started it. */
export const startPlatformTimer: StartTimer = (milliseconds, fire) => {
  const timer = setTimeout(fire, milliseconds)
  return () => clearTimeout(timer)
}

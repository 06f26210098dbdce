import type { Clock } from '../../kernel/clock.ts'
import { limits } from '../../kernel/limits.ts'
import { ImagesError } from '../../ports/images.ts'
import { startPlatformTimer } from '../clock/timers.ts'

/** Runs work when there is room for it. Throws `busy` when there is none for too long. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>

/** How long a place is kept for a caller that never returns, and how long one waits for a place. */
const LEASE_MILLISECONDS = 30_000
const WAIT_MILLISECONDS = 10_000
const LOOK_MILLISECONDS = 5

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => void startPlatformTimer(milliseconds, resolve))

/**
 * Admits `limits.images.atOnce` callers at once; ten times as many may wait. Each looks by itself
 * whether there is room, as no request may wait for another's promise. Should a caller be cut off, its
 * place falls free by time.
 */
export function createGate(clock: Clock): Gate {
  const waiting = createPlaces(clock, limits.images.atOnce * 10, WAIT_MILLISECONDS)
  const working = createPlaces(clock, limits.images.atOnce, LEASE_MILLISECONDS)

  async function enter(): Promise<() => void> {
    const free = working.take()
    if (free) return free
    const leave = waiting.take()
    for (let waited = 0; leave && waited < WAIT_MILLISECONDS; waited += LOOK_MILLISECONDS) {
      await pause(LOOK_MILLISECONDS)
      const place = working.take()
      if (!place) continue
      leave()
      return place
    }
    leave?.()
    throw new ImagesError('busy', 'too many pictures at once')
  }

  return async (work) => {
    const leave = await enter()
    try {
      return await work()
    } finally {
      leave()
    }
  }
}

function createPlaces(clock: Clock, count: number, milliseconds: number) {
  const places = new Set<{ readonly expiresAt: number }>()
  return {
    /** How to give the place back; undefined when there is none. */
    take(): (() => void) | undefined {
      const now = clock.now()
      for (const place of places) if (place.expiresAt <= now) places.delete(place)
      if (places.size >= count) return undefined
      const place = { expiresAt: now + milliseconds }
      places.add(place)
      return () => void places.delete(place)
    },
  }
}

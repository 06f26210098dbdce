import type { Transport, WakeUp } from '../../ports/transport.ts'

/** Hands wake-up calls to the workers of this isolate and waits for them. */
export function createInlineTransport(
  deliver: (wakeUps: readonly WakeUp[]) => Promise<void>,
): Transport {
  return { send: deliver }
}

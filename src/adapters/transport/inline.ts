import type { Transport, WakeUp } from '../../ports/transport.ts'

/**
 * Hands wake-up calls to the workers of this isolate and waits for them. It keeps no call for later:
 * the cron tick finds what is due again.
 */
export function createInlineTransport(
  deliver: (wakeUps: readonly WakeUp[]) => Promise<void>,
): Transport {
  return { send: deliver, relayLater: () => Promise.resolve() }
}

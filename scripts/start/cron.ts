const TICK_MS = 60_000

const failureOf = async (address: string): Promise<string | undefined> => {
  try {
    const response = await fetch(address)
    await response.body?.cancel()
    return response.ok ? undefined : `status ${response.status}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/**
 * Fires the Worker's cron trigger once a minute until the signal aborts: `wrangler dev` has no
 * clock for it. A tick that fails is reported and the next one is tried.
 */
export function tickCron(origin: string, signal: AbortSignal): void {
  const address = `${origin}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*`
  const tick = async (): Promise<void> => {
    const failure = await failureOf(address)
    if (failure !== undefined && !signal.aborted) console.error(`cron tick failed: ${failure}`)
  }
  const timer = setInterval(() => void tick(), TICK_MS)
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}

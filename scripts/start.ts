import { tickCron } from './start/cron.ts'
import { type StartFlags, parseStartFlags, startHelp } from './start/flags.ts'
import { greeting, localOrigin } from './start/greeting.ts'
import { aboutRefused, refusedLogins } from './start/logins.ts'
import { prepare } from './start/prepare.ts'
import { announceRunning, forgetRunning } from './start/running.ts'
import { seedDemo } from './start/seed.ts'
import { startWorker, untilReady } from './start/worker.ts'
import { runMain } from './support/main.ts'
import { abortOnSignals } from './support/signals.ts'

const say = (line: string): void => console.log(line)

/** Everything up to the greeting; answers the Worker that is left running. */
const bringUp = async (flags: StartFlags, signal: AbortSignal) => {
  const secrets = await prepare(flags, signal)
  say('Starting the Worker')
  const worker = startWorker(flags, signal)
  await untilReady(worker, signal)
  if (flags.seed) say('Seeding the demo')
  const tenants = flags.seed ? await seedDemo(worker.origin, secrets.APP_SECRET) : []
  tickCron(worker.origin, signal)
  const refused = await refusedLogins(worker.origin, tenants, secrets)
  const warning = refused.length === 0 ? undefined : aboutRefused(refused, flags.persistTo)
  await announceRunning({ origin: worker.origin, persistTo: flags.persistTo })
  say(greeting(worker.origin, tenants, secrets, warning))
  worker.showLogs()
  return worker
}

async function main(): Promise<number> {
  const flags = parseStartFlags(process.argv.slice(2))
  if (flags.help) {
    say(startHelp)
    return 0
  }
  const stopped = abortOnSignals()
  const failed = new AbortController()
  const signal = AbortSignal.any([stopped, failed.signal])
  try {
    const worker = await bringUp(flags, signal)
    const code = await worker.ended
    return stopped.aborted ? 0 : code
  } catch (error) {
    if (stopped.aborted) return 0
    throw error
  } finally {
    failed.abort()
    await forgetRunning(localOrigin(flags.host, flags.port))
  }
}

await runMain(startHelp, main)

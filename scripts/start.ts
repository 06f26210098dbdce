import { tickCron } from './start/cron.ts'
import { type StartFlags, parseStartFlags, startHelp } from './start/flags.ts'
import { greeting } from './start/greeting.ts'
import { ensureLocalSecrets } from './start/local-secrets.ts'
import { requireFreePort } from './start/port.ts'
import { seedDemo } from './start/seed.ts'
import { startWorker, untilReady } from './start/worker.ts'
import { StepError, runMain } from './support/main.ts'
import { inRoot } from './support/paths.ts'
import { type Command, capture, wrangler } from './support/process.ts'
import { abortOnSignals } from './support/signals.ts'

const say = (line: string): void => console.log(line)

const step = async (title: string, command: Command, signal: AbortSignal): Promise<void> => {
  say(title)
  const { code, stdout, stderr } = await capture(command, { signal })
  if (code !== 0) throw new StepError(`${title}: failed\n${stdout}${stderr}`)
}

const prepare = async (flags: StartFlags, signal: AbortSignal) => {
  await requireFreePort(flags.host, flags.port)
  const generate = [process.execPath, inRoot('scripts', 'generate.ts')] as const
  await step('Generating files', generate, signal)
  const { secrets, created } = await ensureLocalSecrets(inRoot('.dev.vars'))
  if (created.length > 0) say(`Adding local secrets to .dev.vars: ${created.join(', ')}`)
  const migrate = ['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', flags.persistTo]
  await step('Migrating the local database', wrangler(...migrate), signal)
  return secrets
}

/** Everything up to the greeting; answers the Worker that is left running. */
const bringUp = async (flags: StartFlags, signal: AbortSignal) => {
  const secrets = await prepare(flags, signal)
  say('Starting the Worker')
  const worker = startWorker(flags, signal)
  await untilReady(worker, signal)
  if (flags.seed) say('Seeding the demo')
  const tenants = flags.seed ? await seedDemo(worker.origin, secrets.APP_SECRET) : []
  tickCron(worker.origin, signal)
  say(greeting(worker.origin, tenants, secrets))
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
  }
}

await runMain(startHelp, main)

import { parseArgs } from 'node:util'
import { UsageError, runMain } from './support/main.ts'
import { run } from './support/process.ts'
import { abortOnSignals } from './support/signals.ts'

const help = `Usage: npm run simulate -- [flags]

Runs delivery (outbox, relay, queue, subscribers, jobs) in a storm of faults over real SQLite and
checks that nothing is lost and nothing done twice. The same seed and steps repeat a run.

  --seed <number>   the first seed                     (default: by the clock)
  --steps <number>  actions and resumed calls in all   (default 1000000)
  --help            show this text`

const options = {
  seed: { type: 'string' },
  steps: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

const numberOf = (flag: string, text: string | undefined): Record<string, string> => {
  if (text === undefined) return {}
  if (!/^\d{1,12}$/.test(text)) throw new UsageError(`--${flag} must be a number, not "${text}"`)
  return { [`SIMULATION_${flag.toUpperCase()}`]: text }
}

const parse = () => {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

async function main(): Promise<number> {
  const flags = parse()
  if (flags.help) {
    console.log(help)
    return 0
  }
  const env = { ...numberOf('seed', flags.seed), ...numberOf('steps', flags.steps) }
  const command = ['vitest', 'run', '--project', 'unit', 'test/simulation'] as const
  return run(command, { signal: abortOnSignals(), env })
}

await runMain(help, main)

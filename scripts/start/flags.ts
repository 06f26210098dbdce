import { parseArgs } from 'node:util'
import { UsageError } from '../support/main.ts'

/** What `npm start` can be told. */
export interface StartFlags {
  readonly port: number
  readonly host: string
  readonly persistTo: string
  readonly seed: boolean
  readonly help: boolean
}

export const startHelp = `Usage: npm start -- [flags]

Starts the platform on this machine: local secrets, migrations, the demo and the Worker.

  --port <number>      port to listen on, 1 to 65535      (default 8787)
  --host <address>     address to listen on               (default 127.0.0.1)
  --persist-to <dir>   where databases and files are kept (default .wrangler/state)
  --no-seed            start without the demo tenants
  --help               show this text`

const options = {
  port: { type: 'string', default: '8787' },
  host: { type: 'string', default: '127.0.0.1' },
  'persist-to': { type: 'string', default: '.wrangler/state' },
  seed: { type: 'boolean', default: true },
  help: { type: 'boolean', default: false },
} as const

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options, allowNegative: true }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

const filled = (flag: string, value: string): string => {
  if (value.trim() === '') throw new UsageError(`--${flag} needs a value`)
  return value
}

const portNumber = (value: string): number => {
  const port = Number(value)
  if (/^\d{1,5}$/.test(value) && port >= 1 && port <= 65_535) return port
  throw new UsageError(`--port must be a number from 1 to 65535, not "${value}"`)
}

/** Reads the flags of `npm start`. Throws `UsageError` on an unknown flag or a bad value. */
export function parseStartFlags(args: readonly string[]): StartFlags {
  const values = parse(args)
  return {
    port: portNumber(values.port),
    host: filled('host', values.host),
    persistTo: filled('persist-to', values['persist-to']),
    seed: values.seed,
    help: values.help,
  }
}

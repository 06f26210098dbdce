import { parseArgs } from 'node:util'
import { UsageError } from '../support/main.ts'

/** What `npm run chaos` can be told. */
export interface ChaosFlags {
  readonly kills: number
  readonly writers: number
  readonly help: boolean
}

export const chaosHelp = `Usage: npm run chaos -- [flags]

Kills the runtime (kill -9) at random moments while writers create posts and a webhook endpoint is told
of them, then counts what was lost, doubled or made up. Ends with exit code 1 when it was anything.

  --kills <number>    how often, 1 to 1000           (default 50)
  --writers <number>  writers at once, 1 to 64       (default 8)
  --help              show this text

It runs in a folder of its own and leaves the state of npm start alone.`

const options = {
  kills: { type: 'string', default: '50' },
  writers: { type: 'string', default: '8' },
  help: { type: 'boolean', default: false },
} as const

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

const count = (flag: string, text: string, most: number): number => {
  const value = Number(text)
  if (/^\d{1,4}$/.test(text) && value >= 1 && value <= most) return value
  throw new UsageError(`--${flag} must be a number from 1 to ${most}, not "${text}"`)
}

/** Reads the flags of `npm run chaos`. Throws `UsageError` on an unknown flag or a bad value. */
export function parseChaosFlags(args: readonly string[]): ChaosFlags {
  const { kills, writers, help } = parse(args)
  return { kills: count('kills', kills, 1_000), writers: count('writers', writers, 64), help }
}

import { parseArgs } from 'node:util'
import { UsageError } from '../support/main.ts'

/** What `npm run chaos` can be told. */
export interface ChaosFlags {
  readonly kills: number
  readonly freezes: number
  readonly fills: number
  readonly writers: number
  readonly help: boolean
}

export const chaosHelp = `Usage: npm run chaos -- [flags]

Kills the runtime (kill -9), freezes it (SIGSTOP) or fills its disk at random moments while writers
create posts and a webhook endpoint is told of them, then counts what was lost, doubled or made up.
Ends with exit code 1 when it was anything.

  --kills <number>    how often it is killed, 0 to 1000                  (default 50)
  --freezes <number>  how often it is frozen for 3 to 8 s, 0 to 1000     (default 0)
  --fills <number>    how often its disk is full for 3 s, 0 to 100; needs the right to mount a tmpfs
                                                                         (default 0)
  --writers <number>  writers at once, 1 to 64                           (default 8)
  --help              show this text

It runs in a folder of its own and leaves the state of npm start alone.`

const options = {
  kills: { type: 'string', default: '50' },
  freezes: { type: 'string', default: '0' },
  fills: { type: 'string', default: '0' },
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

const count = (flag: string, text: string, [least, most]: readonly [number, number]): number => {
  const value = Number(text)
  if (/^\d{1,4}$/.test(text) && value >= least && value <= most) return value
  throw new UsageError(`--${flag} must be a number from ${least} to ${most}, not "${text}"`)
}

/** Reads the flags of `npm run chaos`. Throws `UsageError` on an unknown flag or a bad value. */
export function parseChaosFlags(args: readonly string[]): ChaosFlags {
  const { kills, freezes, fills, writers, help } = parse(args)
  return {
    kills: count('kills', kills, [0, 1_000]),
    freezes: count('freezes', freezes, [0, 1_000]),
    fills: count('fills', fills, [0, 100]),
    writers: count('writers', writers, [1, 64]),
    help,
  }
}

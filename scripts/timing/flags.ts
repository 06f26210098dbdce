import { parseArgs } from 'node:util'
import { UsageError } from '../support/main.ts'

/** What `npm run timing` can be told. */
export interface TimingFlags {
  readonly pairs: number
  readonly help: boolean
}

export const timingHelp = `Usage: npm run timing -- [flags]

Builds the bundle, runs it in workerd and compares how long log-in and registration take for accounts
that exist and for accounts that do not. Ends with exit code 1 when the times tell them apart.

  --pairs <number>  requests of each kind, 20 to 9999  (default 100)
  --help            show this text

Run it on a machine that does nothing else.`

const options = {
  pairs: { type: 'string', default: '100' },
  help: { type: 'boolean', default: false },
} as const

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** Reads the flags of `npm run timing`. Throws `UsageError` on an unknown flag or a bad value. */
export function parseTimingFlags(args: readonly string[]): TimingFlags {
  const { pairs, help } = parse(args)
  const isCount = /^\d{2,4}$/.test(pairs) && Number(pairs) >= 20
  if (!isCount) throw new UsageError(`--pairs must be a number from 20 to 9999, not "${pairs}"`)
  return { pairs: Number(pairs), help }
}

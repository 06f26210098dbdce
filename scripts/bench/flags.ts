import { parseArgs } from 'node:util'
import { UsageError } from '../support/main.ts'

/** What `npm run bench` can be told. */
export interface BenchFlags {
  readonly requests: number
  readonly runs: number
  readonly only: string
  readonly json: boolean
  readonly check: boolean
  readonly help: boolean
}

export const benchHelp = `Usage: npm run bench -- [flags]

Builds the bundle, runs it in workerd beside a bare Hono Worker and compares what requests cost.

  --requests <number>  requests a run                                  (default 2000)
  --runs <number>      runs of each load; the best one is shown, and the ratio is the median of
                       pairs of turns, ours and the twin's in alternation      (default 3)
  --only <text>        only the loads whose name holds the text, and nothing else; "backlog" is
                       100,000 owed events, "burst" 32 log-ins at once, "rows" what 1,000 to
                       100,000 posts make of the rows that are read, "flood" a tenant at ten
                       times its limit beside another one (six minutes), "files" uploads and
                       downloads
  --json               print one JSON document
  --check              end with exit code 1 when a target is missed
  --help               show this text

Processes beside it make every figure larger: run it on a machine that does nothing else.`

const options = {
  requests: { type: 'string', default: '2000' },
  runs: { type: 'string', default: '3' },
  only: { type: 'string', default: '' },
  json: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

const count = (flag: string, value: string): number => {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value)
  throw new UsageError(`--${flag} must be a number from 1 to 999999, not "${value}"`)
}

/** Reads the flags of `npm run bench`. Throws `UsageError` on an unknown flag or a bad value. */
export function parseBenchFlags(args: readonly string[]): BenchFlags {
  const { requests, runs, ...rest } = parse(args)
  return { ...rest, requests: count('requests', requests), runs: count('runs', runs) }
}

import { parseArgs } from 'node:util'
import { UsageError } from '../support/main.ts'

/** What `npm run deploy` can be told. */
export interface DeployFlags {
  readonly environment: string
  readonly dryRun: boolean
  readonly help: boolean
}

export const deployHelp = `Usage: npm run deploy -- [flags]

Provisions what is missing on Cloudflare, sets missing secrets, migrates and deploys.

  --env <name>   a named environment of wrangler.toml (default production)
  --dry-run      print each step, build the bundle and touch no network
  --help         show this text

FIRST_ADMIN_EMAIL, FIRST_ADMIN_PASSWORD, SERVER_METRICS_TOKEN and DATABASE_AUTH_TOKEN are set as
secrets of the Worker when they are set in the shell.`

const options = {
  env: { type: 'string', default: 'production' },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** Reads the flags of `npm run deploy`. Throws `UsageError` on an unknown flag or a bad value. */
export function parseDeployFlags(args: readonly string[]): DeployFlags {
  try {
    const { values } = parseArgs({ args: [...args], options })
    return { environment: values.env, dryRun: values['dry-run'], help: values.help }
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

import { StepError } from '../support/main.ts'
import { inRoot } from '../support/paths.ts'
import { type Command, capture, wrangler } from '../support/process.ts'
import type { StartFlags } from './flags.ts'
import { type LocalSecrets, ensureLocalSecrets } from './local-secrets.ts'
import { requireFreePort } from './port.ts'

const step = async (title: string, command: Command, signal: AbortSignal): Promise<void> => {
  console.log(title)
  const { code, stdout, stderr } = await capture(command, { signal })
  if (code !== 0) throw new StepError(`${title}: failed\n${stdout}${stderr}`)
}

/**
 * Makes everything that the Worker of this machine needs before it starts: a free port, the
 * generated files, local secrets and a migrated database. Throws `StepError` for what fails.
 */
export async function prepare(flags: StartFlags, signal: AbortSignal): Promise<LocalSecrets> {
  await requireFreePort(flags.host, flags.port)
  const generate = [process.execPath, inRoot('scripts', 'generate.ts')] as const
  await step('Generating files', generate, signal)
  const { secrets, created } = await ensureLocalSecrets(inRoot('.dev.vars'))
  if (created.length > 0) console.log(`Adding local secrets to .dev.vars: ${created.join(', ')}`)
  const migrate = ['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', flags.persistTo]
  await step('Migrating the local database', wrangler(...migrate), signal)
  return secrets
}

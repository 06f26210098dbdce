import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lookupsFor, readAccount, readNamespaces, requireLogin } from './deploy/account.ts'
import { type DeployConfig, readDeployConfig } from './deploy/config.ts'
import { deployHelp, parseDeployFlags } from './deploy/flags.ts'
import { pinNamespace } from './deploy/pin.ts'
import { type Step, commandOf, plan, warnings } from './deploy/plan.ts'
import { givenSecrets, secretValues } from './deploy/secret-values.ts'
import { StepError, runMain } from './support/main.ts'
import { inRoot } from './support/paths.ts'
import { type Command, capture, run, wrangler } from './support/process.ts'
import { abortOnSignals } from './support/signals.ts'

const tomlPath = inRoot('wrangler.toml')

const say = (line: string): void => console.log(line)

const failure = (words: string, code: number): StepError =>
  new StepError(`${words} failed with exit code ${code}. Nothing after it ran.`)

const must = async (command: Command, words: string, signal: AbortSignal): Promise<void> => {
  const code = await run(command, { signal })
  if (code !== 0) throw failure(words, code)
}

const mustQuietly = async (command: Command, words: string, signal: AbortSignal): Promise<void> => {
  const { code, stdout, stderr } = await capture(command, { signal })
  if (code === 0) return
  say(stdout + stderr)
  throw failure(words, code)
}

const runPin = async (step: Step & { kind: 'pin' }, environment: string, signal: AbortSignal) => {
  const { binding, title } = step.namespace
  const id = (await readNamespaces(signal)).get(title)
  if (id === undefined) throw new StepError(`The account has no KV namespace ${title}`)
  const toml = await readFile(tomlPath, 'utf8')
  await writeFile(tomlPath, pinNamespace(toml, environment, binding, id))
  say('  wrangler.toml has changed: commit it')
}

/** Secrets travel in a file of our own user that is deleted at once, not as arguments. */
const runDeploy = async (step: Step & { kind: 'deploy' }, signal: AbortSignal) => {
  const folder = await mkdtemp(join(tmpdir(), 'deploy-'))
  try {
    const file = join(folder, 'secrets.json')
    const values = await secretValues(step.secrets, process.env)
    await writeFile(file, JSON.stringify(values), { mode: 0o600 })
    const secrets = step.secrets.length === 0 ? [] : ['--secrets-file', file]
    await must(wrangler(...step.args, ...secrets), commandOf(step), signal)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const runStep = async (step: Step, { environment }: DeployConfig, signal: AbortSignal) => {
  switch (step.kind) {
    case 'create':
      return mustQuietly(wrangler(...step.args), commandOf(step), signal)
    case 'run':
      return must(wrangler(...step.args), commandOf(step), signal)
    case 'pin':
      return runPin(step, environment, signal)
    case 'deploy':
      return runDeploy(step, signal)
  }
}

const show = (step: Step): void => say(`\n${step.title}\n  ${commandOf(step)}`)

const warn = (lines: readonly string[]): void => {
  for (const line of lines) say(`\nWARNING: ${line}`)
}

const rehearse = async (config: DeployConfig, signal: AbortSignal): Promise<void> => {
  say('\nLook at what the account has')
  for (const args of lookupsFor(config)) say(`  wrangler ${args.join(' ')}`)
  say('\nThen, leaving out what exists:')
  const given = givenSecrets(process.env)
  for (const step of plan(config, undefined, given)) show(step)
  warn(warnings(undefined, given))
  const build = ['deploy', '--env', config.environment, '--dry-run']
  const outdir = inRoot('.generated', 'bundle')
  say(`\nProve that the bundle builds\n  wrangler ${build.join(' ')}`)
  await must(wrangler(...build, '--outdir', outdir), 'The build', signal)
}

const carryOut = async (config: DeployConfig, signal: AbortSignal): Promise<void> => {
  say('Look at what the account has')
  await requireLogin(signal)
  const account = await readAccount(config, signal)
  const given = givenSecrets(process.env)
  warn(warnings(account, given))
  for (const step of plan(config, account, given)) {
    show(step)
    await runStep(step, config, signal)
  }
  const { environment } = config
  say(`\nDeployed. To go back to the version before: wrangler rollback --env ${environment}`)
}

async function main(): Promise<number> {
  const flags = parseDeployFlags(process.argv.slice(2))
  if (flags.help) {
    say(deployHelp)
    return 0
  }
  const signal = abortOnSignals()
  const config = await readDeployConfig(tomlPath, flags.environment)
  say('Generate files\n  npm run generate')
  await must([process.execPath, inRoot('scripts', 'generate.ts')], 'npm run generate', signal)
  await (flags.dryRun ? rehearse(config, signal) : carryOut(config, signal))
  return 0
}

await runMain(deployHelp, main)

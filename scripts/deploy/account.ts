import * as z from 'zod'
import { StepError } from '../support/main.ts'
import { type Outcome, capture, wrangler } from '../support/process.ts'
import type { DeployConfig } from './config.ts'
import type { Account } from './plan.ts'

/** The commands that look at an account, as arguments of wrangler. They change nothing. */
export const lookups = {
  whoami: () => ['whoami', '--json'],
  databases: () => ['d1', 'list', '--json'],
  namespaces: () => ['kv', 'namespace', 'list'],
  bucket: (name: string) => ['r2', 'bucket', 'info', name, '--json'],
  queue: (name: string) => ['queues', 'info', name],
  secrets: (environment: string) => ['secret', 'list', '--env', environment],
} as const

/** Every look at the account that a deployment takes, in order. */
export const lookupsFor = (config: DeployConfig): string[][] => [
  lookups.whoami(),
  lookups.databases(),
  lookups.namespaces(),
  ...config.buckets.map(lookups.bucket),
  ...config.queues.map(lookups.queue),
  lookups.secrets(config.environment),
]

/** How wrangler says that a bucket, a queue or a Worker does not exist. */
const absent = /does not exist|\[code: 10006\]|not found\./i

const databasesSchema = z.array(z.object({ name: z.string() }))
const namespacesSchema = z.array(z.object({ id: z.string(), title: z.string() }))
const secretsSchema = z.array(z.object({ name: z.string() }))

const refuse = (args: readonly string[], { stdout, stderr }: Outcome): never => {
  throw new StepError(`wrangler ${args.join(' ')} failed\n${stdout}${stderr}`)
}

const ask = async (args: readonly string[], signal: AbortSignal): Promise<string> => {
  const outcome = await capture(wrangler(...args), { signal })
  return outcome.code === 0 ? outcome.stdout : refuse(args, outcome)
}

/** What wrangler answers, or undefined when it says that there is no such thing. */
const askFor = async (
  args: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> => {
  const outcome = await capture(wrangler(...args), { signal })
  if (outcome.code === 0) return outcome.stdout
  return absent.test(outcome.stdout + outcome.stderr) ? undefined : refuse(args, outcome)
}

const present = async (
  names: readonly string[],
  lookup: (name: string) => readonly string[],
  signal: AbortSignal,
): Promise<Set<string>> => {
  const answers = await Promise.all(names.map((name) => askFor(lookup(name), signal)))
  return new Set(names.filter((_, index) => answers[index] !== undefined))
}

/** The KV namespaces of the account: ids by title. */
export async function readNamespaces(signal: AbortSignal): Promise<Map<string, string>> {
  const list = namespacesSchema.parse(JSON.parse(await ask(lookups.namespaces(), signal)))
  return new Map(list.map(({ id, title }) => [title, id]))
}

/** Throws `StepError` unless wrangler may act for an account. */
export async function requireLogin(signal: AbortSignal): Promise<void> {
  const { code } = await capture(wrangler(...lookups.whoami()), { signal })
  if (code === 0) return
  throw new StepError('Not logged in: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN.')
}

const readDatabases = async (signal: AbortSignal): Promise<Set<string>> => {
  const list = databasesSchema.parse(JSON.parse(await ask(lookups.databases(), signal)))
  return new Set(list.map(({ name }) => name))
}

const readSecrets = async (environment: string, signal: AbortSignal): Promise<Set<string>> => {
  const list = await askFor(lookups.secrets(environment), signal)
  return new Set(secretsSchema.parse(JSON.parse(list ?? '[]')).map(({ name }) => name))
}

/** Looks at what the account has of what the deployment needs. */
export async function readAccount(config: DeployConfig, signal: AbortSignal): Promise<Account> {
  const [databases, namespaces, buckets, queues, secrets] = await Promise.all([
    readDatabases(signal),
    readNamespaces(signal),
    present(config.buckets, lookups.bucket, signal),
    present(config.queues, lookups.queue, signal),
    readSecrets(config.environment, signal),
  ])
  return { databases, namespaces, buckets, queues, secrets }
}

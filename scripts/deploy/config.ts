import { readFile } from 'node:fs/promises'
import { type Unstable_Config, unstable_readConfig } from 'wrangler'
import { UsageError } from '../support/main.ts'

/** What an environment of wrangler.toml needs on Cloudflare. */
export interface DeployConfig {
  readonly environment: string
  /** The Worker's name. */
  readonly worker: string
  readonly databases: readonly { readonly binding: string; readonly name: string }[]
  readonly namespaces: readonly KvNamespace[]
  readonly buckets: readonly string[]
  /** Every queue that is sent to, consumed, or takes dead letters. */
  readonly queues: readonly string[]
  readonly requiredSecrets: readonly string[]
  /** Whether the bundle has the doors of development. */
  readonly hasDevDoors: boolean
}

/** A KV namespace. Wrangler finds all else by its name, but a namespace by its `id` only. */
export interface KvNamespace {
  readonly binding: string
  /** Its name in the account; the one wrangler would give it. */
  readonly title: string
  readonly id: string | undefined
}

const unique = (names: readonly (string | undefined)[]): string[] => [
  ...new Set(names.filter((name) => name !== undefined)),
]

const namespaceTitle = (worker: string, binding: string): string =>
  `${worker}-${binding.toLowerCase().replaceAll('_', '-')}`

const named = (kind: string, binding: string, name: string | undefined): string => {
  if (name !== undefined) return name
  throw new UsageError(`wrangler.toml gives the ${kind} ${binding} no name`)
}

/** Picks what a deployment needs from wrangler's view of an environment. */
export function deployConfigOf(environment: string, config: Unstable_Config): DeployConfig {
  const worker = named('Worker', environment, config.name)
  const { producers = [], consumers = [] } = config.queues
  return {
    environment,
    worker,
    databases: config.d1_databases.map(({ binding, database_name }) => ({
      binding,
      name: named('database', binding, database_name),
    })),
    namespaces: config.kv_namespaces.map(({ binding, id }) => ({
      binding,
      title: namespaceTitle(worker, binding),
      id,
    })),
    buckets: config.r2_buckets.map(({ binding, bucket_name }) =>
      named('bucket', binding, typeof bucket_name === 'string' ? bucket_name : undefined),
    ),
    queues: unique([
      ...producers.map(({ queue }) => queue),
      ...consumers.map(({ queue }) => queue),
      ...consumers.map(({ dead_letter_queue }) => dead_letter_queue),
    ]),
    requiredSecrets: config.secrets?.required ?? [],
    hasDevDoors: config.define['DEV_DOORS'] !== 'false',
  }
}

/**
 * Reads a named environment of the wrangler.toml at `path`. Throws `UsageError` when there is none
 * of that name: the environment without a name is for this machine and is never deployed. Throws it
 * too when the environment has the doors of development, which seed, empty the database and show
 * mails.
 */
export async function readDeployConfig(path: string, environment: string): Promise<DeployConfig> {
  const names = [...(await readFile(path, 'utf8')).matchAll(/^\[env\.([\w-]+)\./gm)]
  const known = unique(names.map(([, name]) => name))
  if (!known.includes(environment)) {
    throw new UsageError(`There is no environment "${environment}": choose ${known.join(', ')}`)
  }
  const config = deployConfigOf(
    environment,
    unstable_readConfig({ config: path, env: environment }),
  )
  if (!config.hasDevDoors) return config
  throw new UsageError(
    `The environment "${environment}" is not for a deployment: its bundle has the doors of ` +
      `development. Set DEV_DOORS = "false" in [env.${environment}.define] of wrangler.toml`,
  )
}

import type { DeployConfig, KvNamespace } from './config.ts'

/** What the account on Cloudflare has already. */
export interface Account {
  readonly databases: ReadonlySet<string>
  /** Ids of the KV namespaces by title. */
  readonly namespaces: ReadonlyMap<string, string>
  readonly buckets: ReadonlySet<string>
  readonly queues: ReadonlySet<string>
  /** Names of the Worker's secrets; empty when there is no Worker. */
  readonly secrets: ReadonlySet<string>
}

/** One thing that a deployment does. `args` are those of wrangler. */
export type Step =
  | {
      /** The output of `create` is shown only when it fails: it asks for edits that we make. */
      readonly kind: 'create' | 'run'
      readonly title: string
      readonly args: readonly string[]
    }
  | { readonly kind: 'pin'; readonly title: string; readonly namespace: KvNamespace }
  | {
      readonly kind: 'deploy'
      readonly title: string
      readonly args: readonly string[]
      /** Names of the secrets that go live with this version. */
      readonly secrets: readonly string[]
    }

const step = (kind: 'create' | 'run', title: string, command: string): Step => ({
  kind,
  title,
  args: command.split(' '),
})

/** Undefined when nobody has looked: the plan then names every step that there can be. */
type Known<T> = T | undefined

const missing = (names: readonly string[], present: Known<ReadonlySet<string>>): string[] =>
  names.filter((name) => !present?.has(name))

const provision = (config: DeployConfig, account: Known<Account>): Step[] => {
  const databases = config.databases.map(({ name }) => name)
  const untitled = config.namespaces.filter(({ title }) => !account?.namespaces.has(title))
  return [
    ...missing(databases, account?.databases).map((name) =>
      step('create', `Create the database ${name}`, `d1 create ${name}`),
    ),
    ...untitled.map(({ title }) =>
      step('create', `Create the KV namespace ${title}`, `kv namespace create ${title}`),
    ),
    ...missing(config.buckets, account?.buckets).map((name) =>
      step('create', `Create the bucket ${name}`, `r2 bucket create ${name}`),
    ),
    ...missing(config.queues, account?.queues).map((name) =>
      step('create', `Create the queue ${name}`, `queues create ${name}`),
    ),
  ]
}

const pin = (config: DeployConfig, account: Known<Account>): Step[] =>
  config.namespaces
    .filter(({ title, id }) => id === undefined || account?.namespaces.get(title) !== id)
    .map((namespace) => ({
      kind: 'pin',
      title: `Write the id of the KV namespace ${namespace.title} to wrangler.toml`,
      namespace,
    }))

const migrate = ({ databases, environment }: DeployConfig, account: Known<Account>): Step[] =>
  databases.flatMap(({ binding, name }) => {
    const apply = step(
      'run',
      `Migrate ${name}`,
      `d1 migrations apply ${binding} --env ${environment} --remote`,
    )
    if (account !== undefined && !account.databases.has(name)) return [apply]
    const bookmark = step(
      'run',
      `Take a Time Travel bookmark of ${name}, to restore it if the migration goes wrong`,
      `d1 time-travel info ${binding} --env ${environment}`,
    )
    return [bookmark, apply]
  })

/**
 * Decides the steps that bring an account to a running deployment, in order: create what is
 * missing, write down the ids that wrangler needs, migrate, deploy. Migrations come first, so each
 * must suit the code before and after it.
 * @param account what is there already; undefined plans every step that there can be
 * @param given names of secrets whose value the operator gives; they are set anew
 */
export function plan(
  config: DeployConfig,
  account: Account | undefined,
  given: readonly string[] = [],
): readonly Step[] {
  const secrets = new Set([...missing(config.requiredSecrets, account?.secrets), ...given])
  return [
    ...provision(config, account),
    ...pin(config, account),
    ...migrate(config, account),
    {
      kind: 'deploy',
      title: `Deploy the Worker ${config.worker}`,
      args: ['deploy', '--env', config.environment],
      secrets: [...secrets],
    },
  ]
}

const firstAdministrator = ['FIRST_ADMIN_EMAIL', 'FIRST_ADMIN_PASSWORD']

/**
 * What the operator should know before the steps of `plan` run; takes what that takes. A Worker that
 * is not there yet gets its first administrator from two secrets, and nobody else can make one.
 */
export function warnings(account: Account | undefined, given: readonly string[]): string[] {
  const isFirst = account === undefined || account.secrets.size === 0
  const absent = firstAdministrator.filter((name) => !given.includes(name))
  if (!isFirst || absent.length === 0) return []
  const which = account === undefined ? 'If this is the first deployment, nobody' : 'Nobody'
  return [
    `${which} will be able to sign in: ${absent.join(' and ')} ${absent.length === 1 ? 'is' : 'are'} ` +
      'not set in the shell. Set them and deploy again.',
  ]
}

/** The command of a step as it would be typed. */
export function commandOf(one: Step): string {
  if (one.kind === 'pin') return `set id of ${one.namespace.binding} in wrangler.toml`
  const base = `wrangler ${one.args.join(' ')}`
  if (one.kind !== 'deploy' || one.secrets.length === 0) return base
  return `${base} --secrets-file <${one.secrets.join(', ')}>`
}

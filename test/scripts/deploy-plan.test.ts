import { type Unstable_Config, unstable_readConfig } from 'wrangler'
import { describe, expect, it } from 'vitest'
import { lookupsFor } from '../../scripts/deploy/account.ts'
import { type DeployConfig, deployConfigOf, readDeployConfig } from '../../scripts/deploy/config.ts'
import { parseDeployFlags } from '../../scripts/deploy/flags.ts'
import { pinNamespace } from '../../scripts/deploy/pin.ts'
import { type Account, commandOf, plan, warnings } from '../../scripts/deploy/plan.ts'
import { givenSecrets, secretValues } from '../../scripts/deploy/secret-values.ts'
import { StepError, UsageError } from '../../scripts/support/main.ts'
import { inRoot } from '../../scripts/support/paths.ts'

const config: DeployConfig = {
  environment: 'production',
  worker: 'shop-production',
  databases: [{ binding: 'DB', name: 'shop' }],
  namespaces: [{ binding: 'CACHE', title: 'shop-production-cache', id: undefined }],
  buckets: ['shop-files'],
  queues: ['shop-events', 'shop-events-dead'],
  requiredSecrets: ['APP_SECRET', 'AUTH_SIGNING_KEYS'],
  hasDevDoors: false,
}
const pinned: DeployConfig = {
  ...config,
  namespaces: [{ binding: 'CACHE', title: 'shop-production-cache', id: 'ns1' }],
}
const empty: Account = {
  databases: new Set(),
  namespaces: new Map(),
  buckets: new Set(),
  queues: new Set(),
  secrets: new Set(),
}
const complete: Account = {
  databases: new Set(['shop', 'another']),
  namespaces: new Map([['shop-production-cache', 'ns1']]),
  buckets: new Set(['shop-files']),
  queues: new Set(['shop-events', 'shop-events-dead']),
  secrets: new Set(['APP_SECRET', 'AUTH_SIGNING_KEYS']),
}

const commands = (...args: Parameters<typeof plan>): string[] => plan(...args).map(commandOf)

describe('the plan of a deployment', () => {
  it('makes everything on an empty account, and migrates before it deploys', () => {
    expect(commands(config, empty)).toEqual([
      'wrangler d1 create shop',
      'wrangler kv namespace create shop-production-cache',
      'wrangler r2 bucket create shop-files',
      'wrangler queues create shop-events',
      'wrangler queues create shop-events-dead',
      'set id of CACHE in wrangler.toml',
      'wrangler d1 migrations apply DB --env production --remote',
      'wrangler deploy --env production --secrets-file <APP_SECRET, AUTH_SIGNING_KEYS>',
    ])
  })

  it('only takes a bookmark, migrates and deploys when everything is there', () => {
    expect(commands(pinned, complete)).toEqual([
      'wrangler d1 time-travel info DB --env production',
      'wrangler d1 migrations apply DB --env production --remote',
      'wrangler deploy --env production',
    ])
  })

  it('makes only what is missing', () => {
    const account = {
      ...complete,
      queues: new Set(['shop-events']),
      secrets: new Set(['APP_SECRET']),
    }
    const made = commands(pinned, account)
    expect(made).toContain('wrangler queues create shop-events-dead')
    expect(made).not.toContain('wrangler queues create shop-events')
    expect(made.at(-1)).toBe('wrangler deploy --env production --secrets-file <AUTH_SIGNING_KEYS>')
  })

  it('writes the id anew when wrangler.toml names the namespace of another account', () => {
    const other = { ...complete, namespaces: new Map([['shop-production-cache', 'ns2']]) }
    expect(commands(pinned, other)).toContain('set id of CACHE in wrangler.toml')
  })

  it('sets a secret that the operator gives although the Worker has one', () => {
    expect(commands(pinned, complete, ['APP_SECRET']).at(-1)).toContain('<APP_SECRET>')
  })

  it('says that nobody can sign in when a first deployment makes no administrator', () => {
    const both = ['FIRST_ADMIN_EMAIL', 'FIRST_ADMIN_PASSWORD']
    expect(warnings(empty, [])).toEqual([
      expect.stringMatching(
        /^Nobody will be .* FIRST_ADMIN_EMAIL and FIRST_ADMIN_PASSWORD are not/,
      ),
    ])
    expect(warnings(empty, ['FIRST_ADMIN_EMAIL'])).toEqual([
      expect.stringContaining('FIRST_ADMIN_PASSWORD is not set'),
    ])
    expect(warnings(undefined, [])).toEqual([expect.stringContaining('If this is the first')])
    expect([...warnings(empty, both), ...warnings(complete, [])]).toEqual([])
  })

  it('names every step that there can be when nobody has looked at the account', () => {
    const all = commands(config, undefined)
    for (const one of [...commands(config, empty), ...commands(pinned, complete).slice(0, -1)]) {
      expect(all).toContain(one)
    }
  })

  it('looks at each bucket and queue, the databases, the namespaces and the secrets', () => {
    expect(lookupsFor(config).map((args) => args.join(' '))).toEqual([
      'whoami --json',
      'd1 list --json',
      'kv namespace list',
      'r2 bucket info shop-files --json',
      'queues info shop-events',
      'queues info shop-events-dead',
      'secret list --env production',
    ])
  })
})

describe('the wrangler.toml of this repository', () => {
  const path = inRoot('wrangler.toml')

  it('names all that production needs, with a dead-letter queue for every consumer', async () => {
    const { databases, namespaces, buckets, queues, requiredSecrets, worker } =
      await readDeployConfig(path, 'production')
    expect(worker).toBe('rustok-edge-production')
    expect(databases).toEqual([{ binding: 'DB', name: 'rustok-edge-production' }])
    expect(namespaces).toMatchObject([{ binding: 'CACHE', title: 'rustok-edge-production-cache' }])
    expect(buckets).toEqual(['rustok-edge-production-files'])
    expect(queues).toEqual(['rustok-edge-production-events', 'rustok-edge-production-events-dead'])
    expect(requiredSecrets).toEqual(expect.arrayContaining(['APP_SECRET', 'AUTH_SIGNING_KEYS']))
    const wiring: Unstable_Config = unstable_readConfig({ config: path, env: 'production' })
    expect(wiring.queues.consumers?.map(({ dead_letter_queue }) => dead_letter_queue)).toEqual([
      queues[1],
    ])
  })

  it('shares no database, namespace, bucket or queue between environments', () => {
    const names = (environment: string): string[] => {
      const { databases, namespaces, buckets, queues } = deployConfigOf(
        environment,
        unstable_readConfig({ config: path, env: environment }),
      )
      return [
        ...databases.map(({ name }) => name),
        ...namespaces.map(({ id, title }) => id ?? title),
        ...buckets,
        ...queues,
      ]
    }
    const all = ['', 'test', 'production'].flatMap(names)
    expect(all).toHaveLength(15)
    expect(new Set(all).size).toBe(all.length)
  })

  it.each(['development', 'staging', ''])('is not deployed to %j', async (environment) => {
    const refused = readDeployConfig(path, environment)
    await expect(refused).rejects.toThrow(UsageError)
    await expect(refused).rejects.toThrow('choose test, production')
  })

  it('is not deployed with the doors of development', async () => {
    const refused = readDeployConfig(path, 'test')
    await expect(refused).rejects.toThrow(UsageError)
    await expect(refused).rejects.toThrow('DEV_DOORS = "false" in [env.test.define]')
  })

  it('names each database of a deployment without an id, which belongs to one account', () => {
    for (const env of ['test', 'production']) {
      const read: Unstable_Config = unstable_readConfig({ config: path, env })
      expect(read.d1_databases.map((one) => one.database_id)).toEqual([undefined])
    }
  })

  it('takes the id of a namespace and stays otherwise as it is', async () => {
    const toml = [
      '[[env.test.kv_namespaces]]',
      'binding = "CACHE"',
      'id = "test-cache"',
      '',
      '[[env.production.kv_namespaces]]',
      'binding = "OTHER"',
      'id = "other"',
      '',
      '[[env.production.kv_namespaces]]',
      '# The cache.',
      'binding = "CACHE"',
      '',
      '[[env.production.r2_buckets]]',
      'binding = "FILES"',
    ]
    const first = pinNamespace(toml.join('\n'), 'production', 'CACHE', 'ns1')
    expect(first.split('\n')).toEqual([...toml.slice(0, 11), 'id = "ns1"', ...toml.slice(11)])
    const second = pinNamespace(first, 'production', 'CACHE', 'ns2')
    expect(second).toBe(first.replace('ns1', 'ns2'))
    expect(() => pinNamespace(first, 'production', 'NOPE', 'ns1')).toThrow(StepError)
  })
})

describe('the secrets of a deployment', () => {
  it('are random where the platform can make them', async () => {
    const names = ['APP_SECRET', 'AUTH_SIGNING_KEYS']
    const one = await secretValues(names, {})
    const other = await secretValues(names, {})
    expect(Object.keys(one)).toEqual(names)
    expect(one['APP_SECRET']).toMatch(/^[\w-]{43}$/)
    expect(one['APP_SECRET']).not.toBe(other['APP_SECRET'])
  })

  it('are the operator’s own when the shell has them', async () => {
    const shell = { APP_SECRET: 'mine', FIRST_ADMIN_EMAIL: 'me@example.com', PATH: '/bin' }
    expect(await secretValues(['APP_SECRET'], shell)).toEqual({ APP_SECRET: 'mine' })
    expect(givenSecrets(shell)).toEqual(['FIRST_ADMIN_EMAIL'])
  })

  it('stop the deployment when one has no value', async () => {
    await expect(secretValues(['STRIPE_KEY'], {})).rejects.toThrow('STRIPE_KEY has no value')
  })
})

describe('the flags of npm run deploy', () => {
  it('deploy production when there are none', () => {
    expect(parseDeployFlags([])).toEqual({ environment: 'production', dryRun: false, help: false })
  })

  it('choose an environment and a rehearsal', () => {
    expect(parseDeployFlags(['--env', 'test', '--dry-run'])).toMatchObject({
      environment: 'test',
      dryRun: true,
    })
  })

  it('name a flag that does not exist', () => {
    expect(() => parseDeployFlags(['--dryrun'])).toThrow('--dryrun')
  })
})

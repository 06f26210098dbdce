import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Outcome, capture, wrangler } from '../../scripts/support/process.ts'
import { type Clone, makeClone } from './support/clone.ts'
import { type CloudflareApi, startCloudflareApi } from './support/cloudflare-api.ts'

const SLOW = 240_000

let clone: Clone
let api: CloudflareApi

beforeAll(async () => {
  clone = await makeClone()
  api = await startCloudflareApi()
})

afterAll(async () => {
  await api.close()
  await clone.remove()
})

const accountOf = ({ url }: CloudflareApi) => ({
  CLOUDFLARE_API_BASE_URL: url,
  CLOUDFLARE_API_TOKEN: 'token',
  CLOUDFLARE_ACCOUNT_ID: 'account',
})

const deploy = (...flags: string[]): Promise<Outcome> =>
  capture([process.execPath, join(clone.path, 'scripts', 'deploy.ts'), ...flags], {
    env: accountOf(api),
  })

const creations = (): string[] =>
  api.state.requests.filter((request) =>
    /^POST \/(d1\/database|storage\/kv\/namespaces|r2\/buckets|queues)$/.test(request),
  )

it(
  'is built by wrangler alone on a fresh clone, for every environment',
  async () => {
    for (const flags of [[], ['--env', 'test'], ['--env', 'production']]) {
      const fresh = await makeClone()
      try {
        const outdir = join(fresh.path, 'out')
        const command = ['deploy', ...flags, '--dry-run', '--outdir', outdir]
        const config = ['--cwd', fresh.path]
        const { code, stdout, stderr } = await capture(wrangler(...command, ...config))
        expect(code === 0 ? '' : stdout + stderr).toBe('')
      } finally {
        await fresh.remove()
      }
    }
  },
  SLOW,
)

// Each test goes on from where the one before left the account.
describe('npm run deploy', () => {
  it('refuses an environment with the doors of development, and asks the account nothing', async () => {
    const { code, stderr } = await deploy('--env', 'test')
    expect(code).toBe(2)
    expect(stderr).toContain('The environment "test" is not for a deployment')
    expect(stderr).toContain('DEV_DOORS = "false" in [env.test.define]')
    expect(api.state.requests).toEqual([])
  })

  it(
    'rehearses without a word to the network, and builds the bundle',
    async () => {
      const { code, stdout, stderr } = await deploy('--dry-run')
      expect(stderr + stdout).toContain('--dry-run: exiting now.')
      expect(code).toBe(0)
      expect(stdout).toContain('wrangler d1 create rustok-edge-production')
      expect(stdout).toContain('wrangler d1 migrations apply DB --env production --remote')
      expect(stdout).toContain('wrangler d1 time-travel info DB --env production')
      expect(stdout).toContain('If this is the first deployment, nobody will be able to sign in')
      expect(api.state.requests).toEqual([])
    },
    SLOW,
  )

  it(
    'brings an empty account to a running Worker',
    async () => {
      const { code, stdout, stderr } = await deploy()
      expect(stderr + (code === 0 ? '' : stdout)).toBe('')
      expect(stdout).toContain('WARNING: Nobody will be able to sign in')
      const { databases, namespaces, buckets, queues, migrations, versions } = api.state
      expect(databases.map(({ name }) => name)).toEqual(['rustok-edge-production'])
      expect(buckets.map(({ name }) => name)).toEqual(['rustok-edge-production-files'])
      expect(queues.map(({ queue_name }) => queue_name)).toEqual([
        'rustok-edge-production-events',
        'rustok-edge-production-events-dead',
      ])
      expect(migrations.length).toBeGreaterThan(0)
      const [bindings = []] = versions
      const cache = bindings.find(({ name }) => name === 'CACHE')
      expect(cache?.namespace_id).toBe(namespaces[0]?.id)
      const secrets = bindings.filter(({ type }) => type === 'secret_text')
      expect(secrets.map(({ name }) => name)).toEqual(['APP_SECRET', 'AUTH_SIGNING_KEYS'])
    },
    SLOW,
  )

  it('shows no secret and leaves the id of the namespace in wrangler.toml', async () => {
    const toml = await readFile(join(clone.path, 'wrangler.toml'), 'utf8')
    expect(toml).toContain(`id = "${api.state.namespaces[0]?.id}"`)
    expect(toml).not.toContain('secret_text')
  })

  it(
    'makes nothing and changes no secret the second time, and takes a bookmark first',
    async () => {
      const before = creations()
      const { code, stdout, stderr } = await deploy()
      expect(code === 0 ? '' : stdout + stderr).toBe('')
      expect(creations()).toEqual(before)
      expect(stdout).toContain('bookmark-1')
      expect(stdout).not.toContain('able to sign in')
      const [, bindings = []] = api.state.versions
      const secrets = bindings.filter(({ name }) => /^(APP_SECRET|AUTH_SIGNING_KEYS)$/.test(name))
      expect(secrets.map(({ type }) => type)).toEqual(['inherit', 'inherit'])
    },
    SLOW,
  )

  it(
    'brings the environment test to the same account when its doors are closed',
    async () => {
      const path = join(clone.path, 'wrangler.toml')
      const toml = await readFile(path, 'utf8')
      const [before, after = ''] = toml.split('[env.test.define]')
      const closed = after.replace('DEV_DOORS = "true"', 'DEV_DOORS = "false"')
      await writeFile(path, `${before}[env.test.define]${closed}`)
      const { code, stdout, stderr } = await deploy('--env', 'test')
      expect(code === 0 ? '' : stdout + stderr).toBe('')
      const database = api.state.databases.find(({ name }) => name === 'rustok-edge-test')
      const binding = api.state.versions.at(-1)?.find(({ name }) => name === 'DB')
      expect(binding?.id).toBe(database?.uuid)
    },
    SLOW,
  )
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Outcome, capture } from '../../scripts/support/process.ts'
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

const deploy = (...flags: string[]): Promise<Outcome> =>
  capture([process.execPath, join(clone.path, 'scripts', 'deploy.ts'), ...flags], {
    env: {
      CLOUDFLARE_API_BASE_URL: api.url,
      CLOUDFLARE_API_TOKEN: 'token',
      CLOUDFLARE_ACCOUNT_ID: 'account',
    },
  })

const creations = (): string[] =>
  api.state.requests.filter((request) =>
    /^POST \/(d1\/database|storage\/kv\/namespaces|r2\/buckets|queues)$/.test(request),
  )

// Each test goes on from where the one before left the account.
describe('npm run deploy', () => {
  it(
    'rehearses without a word to the network, and builds the bundle',
    async () => {
      const { code, stdout, stderr } = await deploy('--dry-run')
      expect(stderr + stdout).toContain('--dry-run: exiting now.')
      expect(code).toBe(0)
      expect(stdout).toContain('wrangler d1 create rustok-edge-production')
      expect(stdout).toContain('wrangler d1 migrations apply DB --env production --remote')
      expect(stdout).toContain('wrangler d1 time-travel info DB --env production')
      expect(api.state.requests).toEqual([])
    },
    SLOW,
  )

  it(
    'brings an empty account to a running Worker',
    async () => {
      const { code, stdout, stderr } = await deploy()
      expect(stderr + (code === 0 ? '' : stdout)).toBe('')
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
      const [, bindings = []] = api.state.versions
      const secrets = bindings.filter(({ name }) => /^(APP_SECRET|AUTH_SIGNING_KEYS)$/.test(name))
      expect(secrets.map(({ type }) => type)).toEqual(['inherit', 'inherit'])
    },
    SLOW,
  )
})

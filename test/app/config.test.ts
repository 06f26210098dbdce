import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ConfigError, parseConfig } from '../../src/app/config/index.ts'
import { handleFetch } from '../../src/app/fetch.ts'

const SECRET = 'canary-secret-value'

/** What the configuration says of an environment. */
function complaints(change: Record<string, unknown>): string {
  try {
    parseConfig({ ...env, ...change })
    return ''
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the configuration', () => {
  it('is read from the environment, with a standard for each key that has one', () => {
    const config = parseConfig({
      ...env,
      SERVER_BASE_DOMAINS: ' a.example , ,b.example',
      DATABASE_RETRIES: '0',
    })
    expect(config.server.baseDomains).toEqual(['a.example', 'b.example'])
    expect(config.database).toEqual({ driver: 'd1', timeoutMs: 5_000, retries: 0 })
    expect(config.auth.accessSeconds).toBe(900)
  })

  it('names every wrong key in one message', () => {
    const message = complaints({
      APP_ENV: 'staging',
      APP_SECRET: undefined,
      AUTH_SIGNING_KEYS: undefined,
      AUTH_ACCESS_SECONDS: '901',
      DATABASE_TIMEOUT_MS: 'soon',
      SERVER_TENANT_HEADER: 'X Tenant',
      LOGGER_LEVLE: 'info',
      DB: undefined,
    })
    const keys = [...message.matchAll(/^ {2}- (\w+): /gm)].map(([, key]) => String(key))
    expect(keys.toSorted()).toEqual([
      'APP_ENV',
      'APP_SECRET',
      'AUTH_ACCESS_SECONDS',
      'AUTH_SIGNING_KEYS',
      'DATABASE_TIMEOUT_MS',
      'DB',
      'LOGGER_LEVLE',
      'SERVER_TENANT_HEADER',
    ])
    expect(message).toContain('APP_SECRET: is missing')
    expect(message).toContain('DB: the binding is missing')
    expect(message).toContain('LOGGER_LEVLE: is not a key of the configuration')
  })

  it.each([
    'APP_SECRET',
    'AUTH_SIGNING_KEYS',
    'APP_ENV',
    'AUTH_ACCESS_SECONDS',
    'DATABASE_URL',
    'DATABASE_DRIVER',
    'FIRST_ADMIN_EMAIL',
    'SERVER_TENANT_HEADER',
    'SERVER_TRUST_FORWARDED_HOST',
    'CACHE_SECRETS',
  ])('never shows the value of %s', async (key) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const answer = await handleFetch(new Request('https://x.rustok.test/health'), {
      ...env,
      [key]: `${SECRET} {`,
    })
    expect(answer.status).toBe(503)
    const told = JSON.stringify(log.mock.calls)
    expect(told).toContain(key)
    expect(told).not.toContain(SECRET)
  })

  it.each([
    ['a secret that is too short', { APP_SECRET: 'a'.repeat(42) }, 'APP_SECRET'],
    ['an empty secret', { APP_SECRET: '' }, 'APP_SECRET'],
    ['libSQL without an address', { DATABASE_DRIVER: 'libsql' }, 'DATABASE_URL'],
    ['libSQL by another protocol than HTTP', { DATABASE_URL: 'wss://db.example' }, 'DATABASE_URL'],
    ['a number past its bound', { CACHE_TENANT_KV_SECONDS: '59' }, 'CACHE_TENANT_KV_SECONDS'],
    ['a fraction', { DATABASE_RETRIES: '1.5' }, 'DATABASE_RETRIES'],
    ['a flag that is no flag', { SERVER_DOCS: 'yes' }, 'SERVER_DOCS'],
    ['a short token of the metrics', { SERVER_METRICS_TOKEN: 'short' }, 'SERVER_METRICS_TOKEN'],
    ['a key of an unknown section’s neighbour', { AUTH_SIGNING_KEY: 'x' }, 'AUTH_SIGNING_KEY'],
  ])('refuses %s', (_, change, key) => {
    expect(complaints(change)).toContain(`  - ${key}: `)
  })

  it('lets alone what is not its own', () => {
    expect(complaints({ PATH: '/bin', SOMETHING_ELSE: '1' })).toBe('')
  })
})

describe('a deployment with a wrong configuration', () => {
  it('answers 503 to everything, tells the operator’s log which keys, and the client nothing', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const broken = { ...env, APP_SECRET: 'short' }
    for (const path of ['/health', '/api/v1/blog/posts', '/graphql', '/nothing']) {
      const answer = await handleFetch(new Request(`https://x.rustok.test${path}`), broken)
      expect(answer.status).toBe(503)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      const text = await answer.text()
      expect(JSON.parse(text)).toMatchObject({ status: 503, code: 'not_configured' })
      expect(text).not.toContain('APP_SECRET')
    }
    expect(String(log.mock.calls[0]?.[0])).toContain('APP_SECRET: must be at least 32 random bytes')
  })
})

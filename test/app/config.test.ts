import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseConfig } from '../../src/app/config/index.ts'
import { handleFetch } from '../../src/app/fetch.ts'
import { complaints, wrongKeysIn } from '../support/config.ts'

const SECRET = 'canary-secret-value'

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
    expect(wrongKeysIn(message)).toEqual([
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

  it('lets alone what is not its own', () => {
    const foreign = { PATH: '/bin', SOMETHING_ELSE: '1', NODE_ENV: 'test', CF_PAGES: '1', URL: 'x' }
    expect(complaints(foreign)).toBe('')
  })

  it('lets alone a binding whatever its name', () => {
    expect(complaints({ DATABSE_URL: env.DB, EVENTS_ARCHIVE: env.EVENTS })).toBe('')
  })

  it.each([
    ['LOGER_LEVEL', 'LOGGER_LEVEL'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['AP_ENV', 'APP_ENV'],
    ['LOGGER_LEVLE', 'LOGGER_LEVEL'],
    ['webhooks_resolver', 'WEBHOOKS_RESOLVER'],
  ])('takes %s for a mistyped %s', (name, meant) => {
    expect(complaints({ [name]: SECRET })).toBe(
      `The configuration is wrong:\n  - ${name}: is not a key of the configuration; is ${meant} meant?`,
    )
  })

  it('takes an empty text for none', () => {
    const config = parseConfig({
      ...env,
      DATABASE_RETRIES: '',
      DATABASE_URL: '',
      AUTH_ISSUER: '',
      SERVER_LOCAL_PORT: '',
      FIRST_ADMIN_EMAIL: '',
    })
    expect(config.database).toEqual({ driver: 'd1', timeoutMs: 5_000, retries: 2 })
    expect(config.auth.issuer).toBe('rustok-edge')
    expect([config.server.localPort, config.first_admin]).toEqual([undefined, {}])
    expect(complaints({ APP_SECRET: '' })).toContain('APP_SECRET: is missing')
  })

  it('takes numbers and flags of wrangler.toml, which are no texts', () => {
    const { database, server } = parseConfig({ ...env, DATABASE_RETRIES: 3, SERVER_DOCS: false })
    expect([database.retries, server.docs]).toEqual([3, false])
  })

  it.each([
    ' ',
    '0x1000',
    '1e3',
    '+500',
    '500.0',
    ' 500',
    '-500',
    '٥٠٠',
    'Infinity',
    '99',
    '30001',
  ])('takes no number but one in decimal digits within its bounds: %j', (text) => {
    const reason = 'DATABASE_TIMEOUT_MS: must be a whole number from 100 to 30000'
    expect(complaints({ DATABASE_TIMEOUT_MS: text })).toBe(
      `The configuration is wrong:\n  - ${reason}`,
    )
  })

  it('reads the domains of tenants in small letters', () => {
    const { server } = parseConfig({ ...env, SERVER_BASE_DOMAINS: 'Shop.Example,xn--kthe-loa.de' })
    expect(server.baseDomains).toEqual(['shop.example', 'xn--kthe-loa.de'])
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
      expect(JSON.parse(text)).toEqual({
        type: '/problems/not_configured',
        title: 'The service is not configured',
        status: 503,
        code: 'not_configured',
      })
      expect(text).not.toContain('APP_SECRET')
    }
    expect(String(log.mock.calls[0]?.[0])).toContain('APP_SECRET: must be at least 32 random bytes')
  })
})

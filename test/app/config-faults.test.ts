import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { complaints, wrongKeysIn } from '../support/config.ts'

const EMAIL = 'first@platform.example'

/** The signing keys of the tests with another member in the first. */
function signingKeys(change: Record<string, unknown>): string {
  const [key] = JSON.parse(env.AUTH_SIGNING_KEYS)
  return JSON.stringify([{ ...key, ...change }])
}

describe('the configuration', () => {
  it.each([
    ['a secret that is too short', { APP_SECRET: 'a'.repeat(42) }, 'APP_SECRET'],
    ['an empty secret', { APP_SECRET: '' }, 'APP_SECRET'],
    ['libSQL without an address', { DATABASE_DRIVER: 'libsql' }, 'DATABASE_URL'],
    ['libSQL by another protocol than HTTP', { DATABASE_URL: 'wss://db.example' }, 'DATABASE_URL'],
    ['a number past its bound', { CACHE_TENANT_KV_SECONDS: '59' }, 'CACHE_TENANT_KV_SECONDS'],
    ['a fraction', { DATABASE_RETRIES: '1.5' }, 'DATABASE_RETRIES'],
    ['a flag that is no flag', { SERVER_DOCS: 'yes' }, 'SERVER_DOCS'],
    ['a short token of the metrics', { SERVER_METRICS_TOKEN: 'short' }, 'SERVER_METRICS_TOKEN'],
    ['keys that are no JSON', { AUTH_SIGNING_KEYS: '[{' }, 'AUTH_SIGNING_KEYS'],
    ['a set without a key', { AUTH_SIGNING_KEYS: '[]' }, 'AUTH_SIGNING_KEYS'],
    [
      'a key that is not private',
      { AUTH_SIGNING_KEYS: signingKeys({ d: 1 }) },
      'AUTH_SIGNING_KEYS',
    ],
    ['a key without an id', { AUTH_SIGNING_KEYS: signingKeys({ kid: '' }) }, 'AUTH_SIGNING_KEYS'],
    [
      'a key of another algorithm',
      { AUTH_SIGNING_KEYS: signingKeys({ alg: 'HS256' }) },
      'AUTH_SIGNING_KEYS',
    ],
    [
      'a first administrator without a password',
      { FIRST_ADMIN_EMAIL: EMAIL },
      'FIRST_ADMIN_PASSWORD',
    ],
    ['a first password of nobody', { FIRST_ADMIN_PASSWORD: 'three mice' }, 'FIRST_ADMIN_EMAIL'],
    [
      'a pause longer than the session',
      { AUTH_SESSION_IDLE_SECONDS: '601', AUTH_SESSION_LIFETIME_SECONDS: '600' },
      'AUTH_SESSION_IDLE_SECONDS',
    ],
    [
      'a domain with a protocol',
      { SERVER_BASE_DOMAINS: 'https://a.example' },
      'SERVER_BASE_DOMAINS',
    ],
    ['a domain with a port', { SERVER_BASE_DOMAINS: 'a.example:80' }, 'SERVER_BASE_DOMAINS'],
    [
      'a domain with a star',
      { SERVER_BASE_DOMAINS: 'ok.example,*.a.example' },
      'SERVER_BASE_DOMAINS',
    ],
    ['an address for a domain', { SERVER_BASE_DOMAINS: '127.0.0.1' }, 'SERVER_BASE_DOMAINS'],
    [
      'a resolver of another protocol',
      { WEBHOOKS_RESOLVER: 'ftp://a.example' },
      'WEBHOOKS_RESOLVER',
    ],
    ['a key of an unknown section’s neighbour', { AUTH_SIGNING_KEY: 'x' }, 'AUTH_SIGNING_KEY'],
  ])('refuses %s', (_, change, key) => {
    expect(complaints(change)).toContain(`  - ${key}: `)
  })
})

describe('a key that is wrong', () => {
  it.each<[string, Record<string, unknown>, readonly string[]]>([
    [
      'a missing one beside what drivers and providers need',
      {
        APP_SECRET: undefined,
        MAIL_PROVIDERS: 'resend',
        STORAGE_DRIVER: 's3',
        DATABASE_DRIVER: 'libsql',
      },
      [
        'APP_SECRET',
        'DATABASE_URL',
        'MAIL_RESEND_API_KEY',
        'STORAGE_ACCESS_KEY_ID',
        'STORAGE_BUCKET',
        'STORAGE_ENDPOINT',
        'STORAGE_SECRET_ACCESS_KEY',
      ],
    ],
    [
      'a number beside a missing address',
      { DATABASE_DRIVER: 'libsql', DATABASE_RETRIES: 'x' },
      ['DATABASE_RETRIES', 'DATABASE_URL'],
    ],
    [
      'a provider that does not exist beside one without its key',
      { MAIL_PROVIDERS: 'sendgird,resend', MAIL_TIMEOUT_MS: '1' },
      ['MAIL_PROVIDERS', 'MAIL_RESEND_API_KEY', 'MAIL_TIMEOUT_MS'],
    ],
    [
      'half of a pair that is wrong itself',
      { MAIL_POSTMARK_WEBHOOK_PASSWORD: 'short', FIRST_ADMIN_EMAIL: 'nobody' },
      [
        'FIRST_ADMIN_EMAIL',
        'FIRST_ADMIN_PASSWORD',
        'MAIL_POSTMARK_WEBHOOK_PASSWORD',
        'MAIL_POSTMARK_WEBHOOK_USERNAME',
      ],
    ],
    [
      'keys of tokens beside a binding, a stranger and production’s rules',
      {
        APP_ENV: 'production',
        AUTH_SIGNING_KEYS: 'none',
        CACHE: undefined,
        LOGER_LEVEL: 'info',
        STORAGE_PUBLIC_URL: 'http://files.example',
        STORAGE_RETRIES: '9',
        MAIL_RESEND_URL: 'http://resend.example',
        MAIL_FROM: 'shop',
      },
      [
        'AUTH_SIGNING_KEYS',
        'CACHE',
        'LOGER_LEVEL',
        'MAIL_FROM',
        'MAIL_RESEND_URL',
        'STORAGE_PUBLIC_URL',
        'STORAGE_RETRIES',
      ],
    ],
  ])('hides no other: %s', (_, change, keys) => {
    expect(wrongKeysIn(complaints(change))).toEqual(keys)
  })

  it('is named once', () => {
    const twice = { MAIL_PROVIDERS: 'a,b,b', DATABASE_DRIVER: 'libsql', DATABASE_URL: 'http:' }
    expect(wrongKeysIn(complaints(twice))).toEqual(['DATABASE_URL', 'MAIL_PROVIDERS'])
  })
})

describe('an address without TLS', () => {
  const plain = {
    DATABASE_URL: 'http://127.0.0.1:8080',
    WEBHOOKS_RESOLVER: 'HTTP://127.0.0.1:1/dns-query',
  }

  it('is refused in production', () => {
    expect(complaints({ ...plain, APP_ENV: 'production' })).toBe(
      [
        'The configuration is wrong:',
        '  - DATABASE_URL: must be https in production',
        '  - WEBHOOKS_RESOLVER: must be https in production',
      ].join('\n'),
    )
  })

  it.each(['development', 'test'])('is for local work in %s', (environment) => {
    expect(complaints({ ...plain, APP_ENV: environment })).toBe('')
  })
})

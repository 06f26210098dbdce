import { exportJWK, generateKeyPair } from 'jose'
import { defineConfig } from 'vitest/config'
import { trustLoopback } from './scripts/test/certificates.ts'

await trustLoopback()
const { cloudflareTest, readD1Migrations } = await import('@cloudflare/vitest-plugin')

const migrations = await readD1Migrations('migrations')

/** Keys of this run alone. */
const { privateKey } = await generateKeyPair('ES256', { extractable: true })
const signingKey = { ...(await exportJWK(privateKey)), kid: 'test', alg: 'ES256', use: 'sig' }

/** Worker tests share one runtime and one storage; each test makes its own tenant. */
const workerd = () =>
  cloudflareTest({
    wrangler: { configPath: './wrangler.toml', environment: 'test' },
    miniflare: {
      bindings: {
        TEST_MIGRATIONS: migrations,
        APP_SECRET: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url'),
        AUTH_SIGNING_KEYS: JSON.stringify([signingKey]),
      },
      d1Databases: { SPARE_DB: 'rustok-edge-test-spare' },
      email: { send_email: [{ name: 'EMAIL' }] },
      images: { binding: 'LOCAL_IMAGES' },
    },
  })

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/{kernel,architecture,scripts,simulation}/**/*.test.ts'],
        },
      },
      {
        plugins: [workerd()],
        define: { DEV_DOORS: 'true', IMAGE_CODECS: 'true' },
        test: {
          name: 'worker',
          include: ['test/{app,adapters,modules,contracts,suites}/**/*.test.ts'],
          globalSetup: [
            'scripts/test/libsql-setup.ts',
            'scripts/test/mail-setup.ts',
            'scripts/test/webhooks-setup.ts',
            'scripts/test/storage-setup.ts',
          ],
          setupFiles: ['test/support/setup.ts'],
          isolate: false,
          // A whole walk over every route is one test; a busy machine makes it slow, not wrong.
          testTimeout: 60_000,
          maxWorkers: 1,
        },
      },
      {
        plugins: [workerd()],
        define: { DEV_DOORS: 'true', IMAGE_CODECS: 'true' },
        test: {
          name: 'isolated',
          include: ['test/isolated/**/*.test.ts'],
          setupFiles: ['test/support/setup.ts'],
          testTimeout: 60_000,
          maxWorkers: 1,
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
        },
      },
      {
        test: {
          name: 'browser',
          environment: 'node',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
        },
      },
      {
        test: {
          name: 'real',
          environment: 'node',
          include: ['test/real/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
        },
      },
    ],
  },
})

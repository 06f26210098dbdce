import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

const migrations = await readD1Migrations('migrations')

/** Worker tests share one runtime and one storage; each test makes its own tenant. */
const workerd = () =>
  cloudflareTest({
    wrangler: { configPath: './wrangler.toml', environment: 'test' },
    miniflare: { bindings: { TEST_MIGRATIONS: migrations } },
  })

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/{kernel,architecture,scripts}/**/*.test.ts'],
        },
      },
      {
        plugins: [workerd()],
        test: {
          name: 'worker',
          include: ['test/{app,adapters,modules,contracts,suites}/**/*.test.ts'],
          setupFiles: ['test/support/setup.ts'],
          isolate: false,
          maxWorkers: 1,
        },
      },
      {
        plugins: [workerd()],
        test: {
          name: 'isolated',
          include: ['test/isolated/**/*.test.ts'],
          setupFiles: ['test/support/setup.ts'],
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
    ],
  },
})

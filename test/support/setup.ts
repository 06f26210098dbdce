import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'

declare global {
  namespace Cloudflare {
    interface Env {
      TEST_MIGRATIONS: Parameters<typeof applyD1Migrations>[1]
      /** A second database, for worlds of more than one shard. */
      SPARE_DB: D1Database
    }
  }
}

await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
await applyD1Migrations(env.SPARE_DB, env.TEST_MIGRATIONS)

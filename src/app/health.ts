import type { Query } from '../kernel/statement.ts'
import { PRIMARY_SHARD, type Row } from '../ports/database.ts'
import type { Isolate } from './isolate.ts'
import { isCronAlive } from '../modules/schedules/index.ts'
import { modules } from './modules.ts'

const APPLICATION = 'rustok-edge'
const PING: Query<Row> = { sql: 'SELECT 1 AS alive', params: [] }

type Status = 'ok' | 'degraded' | 'unhealthy'

/** The application and its version. */
function summary(isolate: Isolate) {
  return {
    status: 'ok',
    app: APPLICATION,
    version: versionOf(isolate),
    environment: isolate.config.app.env,
  }
}

/**
 * Whether the Worker can serve: `unhealthy` without the database, `degraded` without another shard or
 * the cache, and when cron has stopped.
 */
async function ready(isolate: Isolate) {
  const { shards } = isolate.shared
  const checks = await Promise.all([
    ...shards.names.map((shard) =>
      check(databaseName(shard), shard === PRIMARY_SHARD, () =>
        shards.openUngated(shard).read(PING),
      ),
    ),
    check('cache', false, () => isolate.env.CACHE.get('health')),
    check('cron', false, () => requireCron(isolate)),
  ])
  const failed = checks.filter((entry) => entry.status !== 'ok')
  const status: Status = failed.some((entry) => entry.critical)
    ? 'unhealthy'
    : failed.length > 0
      ? 'degraded'
      : 'ok'
  return { status, checks }
}

async function check(name: string, critical: boolean, probe: () => Promise<unknown>) {
  try {
    await probe()
    return { name, critical, status: 'ok' as Status }
  } catch {
    return { name, critical, status: (critical ? 'unhealthy' : 'degraded') as Status }
  }
}

async function requireCron({ clock, shared: { shards } }: Isolate): Promise<void> {
  const isAlive = await isCronAlive({ db: shards.openUngated(PRIMARY_SHARD) }, clock.now())
  if (!isAlive) throw new Error('cron has stopped')
}

function databaseName(shard: string): string {
  return shard === PRIMARY_SHARD ? 'database' : `database:${shard}`
}

/** The modules of this deployment. */
async function listModules(_isolate: Isolate) {
  return {
    status: 'ok',
    modules: modules.map(({ slug, title, kind, dependsOn }) => ({
      slug,
      title,
      kind,
      dependsOn,
      status: 'ok',
    })),
  }
}

function versionOf(isolate: Isolate): string {
  return isolate.env.VERSION?.tag || isolate.env.VERSION?.id || 'development'
}

export const health = { summary, ready, modules: listModules }

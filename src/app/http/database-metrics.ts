import { type metricCatalogue, helpOf } from '../../adapters/telemetry/catalogue.ts'
import { outboxFigures } from '../../modules/events/index.ts'
import { jobFigures } from '../../modules/jobs/index.ts'
import { lastTickAt } from '../../modules/schedules/index.ts'
import { PRIMARY_SHARD } from '../../ports/database.ts'
import type { Isolate } from '../isolate.ts'

interface Sample {
  readonly name: keyof typeof metricCatalogue
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/**
 * What the databases owe, in the Prometheus text format, whichever isolate is asked: one read batch a
 * shard, of rows alone that are not settled. A shard that does not answer has only `rustok_database_up`.
 */
export async function databaseMetrics(isolate: Isolate): Promise<string> {
  const shards = await Promise.all(
    isolate.shared.shards.names.map((shard) => samplesOf(isolate, shard)),
  )
  const byName = Map.groupBy(shards.flat(), ({ name }) => name)
  const lines = [...byName].flatMap(([name, samples]) => [
    `# HELP ${name} ${helpOf(name) ?? ''}`.trimEnd(),
    `# TYPE ${name} gauge`,
    ...samples.map(({ labels, value }) => `${name}{${labelText(labels)}} ${value}`),
  ])
  return `${lines.join('\n')}\n`
}

async function samplesOf(isolate: Isolate, shard: string): Promise<Sample[]> {
  const sample = (name: Sample['name'], value: number, labels = {}): Sample => ({
    name,
    value,
    labels: { scope: 'database', shard, ...labels },
  })
  const now = isolate.clock.now()
  const age = (since: number | null) => (since === null ? 0 : Math.max(0, now - since) / 1_000)
  try {
    const db = isolate.shared.shards.openUngated(shard)
    const [[outbox], [jobs], tick] = await Promise.all([
      db.read(outboxFigures(null)),
      db.read(jobFigures(now)),
      shard === PRIMARY_SHARD ? lastTickAt({ db }) : null,
    ])
    if (!outbox || !jobs) throw new Error('the figures are not there')
    return [
      sample('rustok_database_up', 1),
      sample('rustok_outbox_owed', outbox.owed),
      sample('rustok_outbox_oldest_age_seconds', age(outbox.oldest)),
      sample('rustok_outbox_retried', outbox.retried),
      sample('rustok_outbox_dead', outbox.dead),
      ...(['queued', 'running', 'dead'] as const).map((state) =>
        sample('rustok_jobs', jobs[state], { state }),
      ),
      sample('rustok_jobs_oldest_due_age_seconds', age(jobs.oldestDue)),
      ...(tick === null ? [] : [sample('rustok_cron_age_seconds', age(tick))]),
    ]
  } catch (error) {
    isolate.shared.telemetry.error('a shard gives no figures', error, { shard })
    return [sample('rustok_database_up', 0)]
  }
}

function labelText(labels: Sample['labels']): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',')
}

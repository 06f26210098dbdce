import { type MetricDefinition, metricCatalogue } from '../../src/adapters/telemetry/catalogue.ts'
import { columns } from '../../src/adapters/totals/analytics-engine.ts'
import { code, page, table } from './markdown.ts'

/** Every metric of `/metrics`, and the columns of the data points in Analytics Engine. */
export function metricsPage(): string {
  return page('Metrics', 'What `/metrics` answers, in the Prometheus text format 0.0.4.', [
    `## Of the deployment\n\nRead from the database at each request.\n\n${metrics('database')}`,
    `## Of the isolate that answers\n\nFrom zero since it has started, so read them as shares and not as rates.\n\n${metrics('isolate')}`,
    `## Analytics Engine\n\nOne data point for each request, delivery, job, mail and webhook, in the dataset of the binding \`METRICS\`. \`index1\` is the tenant’s id.\n\n${points()}`,
  ])
}

function metrics(scope: MetricDefinition['scope']): string {
  const rows = Object.entries(metricCatalogue)
    .filter(([, definition]) => definition.scope === scope)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([name, { type, unit, labels, help }]) => [
      code(name),
      type,
      unit,
      labels.map(code).join(', '),
      help,
    ])
  return table(['Metric', 'Type', 'Unit', 'Labels', 'Meaning'], rows)
}

const MEANINGS: Readonly<Record<string, string>> = {
  kind: '`request`, `delivery`, `job`, `mail` or `webhook`',
  name: 'The operation, subscriber, job or mail provider',
  outcome: 'The status of an answer, or how the work came out',
  detail: 'The method of a request, the type of an event, the kind of a mail',
  milliseconds: 'How long it took',
  roundTrips: 'Round trips to the database',
  rowsRead: 'Rows that the database has read',
  rowsWritten: 'Rows that the database has written',
}

function points(): string {
  const rows = [
    ...columns.blobs.map((name, index) => [code(`blob${index + 1}`), MEANINGS[name] ?? '']),
    ...columns.doubles.map((name, index) => [code(`double${index + 1}`), MEANINGS[name] ?? '']),
  ]
  return table(['Column', 'Meaning'], rows)
}

/** A metric as `/metrics` shows it. */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** What one is counted of, or what is measured in. */
  readonly unit: string
  readonly help: string
  readonly labels: readonly string[]
  /** `isolate`: since the isolate that answers has started. `database`: over the whole deployment. */
  readonly scope: 'isolate' | 'database'
}

type Facts = Omit<MetricDefinition, 'type' | 'scope'>

const counter = (unit: string, help: string, ...labels: readonly string[]): MetricDefinition =>
  inIsolate('counter', { unit, help, labels })

const gauge = (unit: string, help: string, ...labels: readonly string[]): MetricDefinition =>
  inIsolate('gauge', { unit, help, labels })

const histogram = (help: string, ...labels: readonly string[]): MetricDefinition =>
  inIsolate('histogram', { unit: 'seconds', help, labels })

const stored = (unit: string, help: string, ...labels: readonly string[]): MetricDefinition => ({
  type: 'gauge',
  unit,
  help,
  labels,
  scope: 'database',
})

function inIsolate(type: MetricDefinition['type'], facts: Facts): MetricDefinition {
  return { type, ...facts, scope: 'isolate' }
}

/** Every metric by its name. Values of labels come from code, so that their number is bounded. */
export const metricCatalogue: Readonly<Record<string, MetricDefinition>> = {
  rustok_build_info: gauge('builds', 'Always 1; the labels tell what runs.', 'environment'),
  rustok_metrics_dropped_total: counter(
    'observations',
    'Observations left out because their series would have been one too many.',
  ),

  rustok_http_requests_total: counter('requests', 'Requests answered.', 'method', 'status'),
  rustok_http_request_seconds: histogram('Time from a request to its answer.'),
  rustok_public_cache_total: counter(
    'requests',
    'Anonymous reads that memory could answer, by whether it had.',
    'result',
  ),
  rustok_rate_limit_refused_total: counter('requests', 'Requests refused as one too many.'),
  rustok_auth_logins_total: counter('log-ins', 'Log-ins tried.', 'result'),
  rustok_auth_refreshes_total: counter('refreshes', 'Refresh tokens used.', 'result'),

  rustok_tenant_cache_hits_total: counter('look-ups', 'Tenants found in a cache.', 'tier'),
  rustok_tenant_cache_misses_total: counter('look-ups', 'Tenants a cache did not know.', 'tier'),
  rustok_tenant_cache_negative_hits_total: counter(
    'look-ups',
    'Look-ups of which a cache knew that there is no such tenant.',
    'tier',
  ),
  rustok_tenant_cache_negative_misses_total: counter(
    'look-ups',
    'Look-ups of which the database had to tell that there is no such tenant.',
  ),
  rustok_tenant_cache_negative_inserts_total: counter('keys', 'Unknown keys remembered.'),
  rustok_tenant_cache_negative_evictions_total: counter(
    'keys',
    'Unknown keys forgotten for want of room.',
  ),
  rustok_tenant_cache_negative_entries: gauge('keys', 'Unknown keys in memory.'),
  rustok_tenant_cache_entries: gauge('tenants', 'Tenants in memory.'),
  rustok_tenant_cache_evictions_total: counter('tenants', 'Tenants forgotten for want of room.'),
  rustok_tenant_cache_coalesced_total: counter(
    'look-ups',
    'Look-ups that waited for the load of another.',
  ),
  rustok_tenant_cache_errors_total: counter('calls', 'Calls that the shared cache failed.'),
  rustok_tenant_cache_breaker_state: gauge(
    'state',
    'The breaker before the shared cache: 0 closed, 1 open, 2 half open.',
  ),

  rustok_events_committed_total: counter('events', 'Events stored by commits.', 'type'),
  rustok_event_deliveries_total: counter(
    'deliveries',
    'Events given to a subscriber, by how it came out.',
    'subscriber',
    'type',
    'result',
  ),
  rustok_event_handling_seconds: histogram('Time that a subscriber took.', 'subscriber'),
  rustok_event_lag_seconds: histogram('Time from a commit to the last effect of its event.'),
  rustok_bus_reactions_total: counter(
    'reactions',
    'Reactions to commits in the isolate that made them.',
    'outcome',
  ),
  rustok_bus_level: gauge('level', 'How full the bus is: 0 normal, 1 warning, 2 critical.'),
  rustok_queue_messages_total: counter('messages', 'Messages taken from the queue.'),

  rustok_job_runs_total: counter('runs', 'Runs of jobs, by how they came out.', 'job', 'result'),
  rustok_job_seconds: histogram('Time that a run of a job took.', 'job'),
  rustok_schedule_runs_total: counter(
    'runs',
    'Runs of schedules, by how they came out.',
    'shard',
    'result',
  ),
  rustok_swept_rows_total: counter('rows', 'Old rows removed.', 'target'),

  rustok_mail_messages_total: counter('mails', 'Mails, by what became of them.', 'state'),
  rustok_mail_sends_total: counter(
    'sends',
    'Mails handed to a provider, by how it came out.',
    'provider',
    'outcome',
  ),
  rustok_mail_send_seconds: histogram('Time that a provider took.', 'provider'),
  rustok_mail_breaker_state: gauge(
    'state',
    'The breaker before a mail provider: 0 closed, 1 open, 2 half open.',
    'provider',
  ),
  rustok_mail_feedback_total: counter(
    'reports',
    'What providers told of mails afterwards.',
    'provider',
    'kind',
    'result',
  ),
  rustok_webhooks_received_total: counter(
    'webhooks',
    'Webhooks of registered sources, by what became of them.',
    'result',
  ),

  rustok_database_up: stored('state', 'Whether a shard gives figures.', 'scope', 'shard'),
  rustok_outbox_owed: stored('events', 'Events whose effects are not all done.', 'scope', 'shard'),
  rustok_outbox_oldest_age_seconds: stored(
    'seconds',
    'Age of the oldest event that is owed.',
    'scope',
    'shard',
  ),
  rustok_outbox_retried: stored('events', 'Events owed that were tried before.', 'scope', 'shard'),
  rustok_outbox_dead: stored('events', 'Events that were given up.', 'scope', 'shard'),
  rustok_jobs: stored('jobs', 'Jobs that wait, run or were given up.', 'scope', 'shard', 'state'),
  rustok_jobs_oldest_due_age_seconds: stored(
    'seconds',
    'Time for which the longest due job has not been taken.',
    'scope',
    'shard',
  ),
  rustok_cron_age_seconds: stored('seconds', 'Time since cron has ticked.', 'scope', 'shard'),
}

/** The help text of a metric, with its scope. */
export function helpOf(name: string): string | undefined {
  const definition = metricCatalogue[name]
  if (!definition) return undefined
  return `${definition.help} ${definition.scope === 'isolate' ? '(isolate-local)' : '(deployment)'}`
}

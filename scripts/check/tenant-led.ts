import { indexText, keyText } from './drift.ts'
import { type Exception, withoutExceptions } from './exceptions.ts'
import type { Finding } from './finding.ts'
import type { ForeignKeyShape, TableShape } from './schema.ts'

/** Keys of tenants' tables that do not begin with the tenant, and why they may not. */
const NOT_TENANT_LED: readonly Exception[] = [
  {
    path: 'outbox',
    what: 'has a primary key that does not begin with tenant_id',
    because: 'the sequence in which the relay sends the events of all tenants',
  },
  {
    path: 'outbox',
    what: 'has the index constraint UNIQUE (id), which does not begin with tenant_id',
    because: 'event ids are unique over all tenants; the consumer knows an event by its id',
  },
  {
    path: 'outbox',
    what: 'has the index outbox_owed PARTIAL (available_at, seq), which does not begin with tenant_id',
    because: 'the relay takes what is due of all tenants',
  },
  {
    path: 'jobs',
    what: 'has the index jobs_due PARTIAL (priority, due_at), which does not begin with tenant_id',
    because: 'the relay takes what is due of all tenants',
  },
  {
    path: 'idempotency_keys',
    what: 'has the index idempotency_keys_by_age (created_at), which does not begin with tenant_id',
    because: 'the sweep of old keys of all tenants',
  },
  {
    path: 'api_keys',
    what: 'has the index api_keys_by_end PARTIAL (ends_at), which does not begin with tenant_id',
    because: 'the clean-up removes what ended long ago of all tenants',
  },
  {
    path: 'media_assets',
    what: 'has the index media_assets_trashed PARTIAL (trashed_at), which does not begin with tenant_id',
    because: 'the sweep of the trash of all tenants',
  },
  {
    path: 'media_objects',
    what: 'has the index media_objects_owed PARTIAL (state, since), which does not begin with tenant_id',
    because: 'the sweep of what is owed of objects of all tenants',
  },
  {
    path: 'media_uploads',
    what: 'has the index media_uploads_expired (expires_at), which does not begin with tenant_id',
    because: 'the sweep of expired uploads of all tenants',
  },
  {
    path: 'media_totals',
    what: 'has the index media_totals_by_walk (walked_at), which does not begin with tenant_id',
    because: 'the sweep walks the tenant that it has not walked for longest',
  },
  {
    path: 'sessions',
    what: 'has the index sessions_by_expiry (expires_at), which does not begin with tenant_id',
    because: 'the sweep of expired sessions of all tenants',
  },
  {
    path: 'one_time_tokens',
    what: 'has the index one_time_tokens_by_expiry (expires_at), which does not begin with tenant_id',
    because: 'the sweep of tokens whose time is over of all tenants',
  },
  {
    path: 'invitations',
    what: 'has the index invitations_by_expiry (expires_at), which does not begin with tenant_id',
    because: 'the sweep of invitations whose time is long over of all tenants',
  },
  {
    path: 'auth_attempts',
    what: 'has the index auth_attempts_by_beginning (began_at), which does not begin with tenant_id',
    because: 'the sweep of windows that have ended, of all tenants',
  },
  {
    path: 'login_history',
    what: 'has the index login_history_by_age (created_at), which does not begin with tenant_id',
    because: 'the sweep of old log-ins of all tenants',
  },
  {
    path: 'mail_messages',
    what: 'has the index mail_messages_by_id (id), which does not begin with tenant_id',
    because: 'a provider’s webhook names a mail and no tenant',
  },
  {
    path: 'mail_messages',
    what: 'has the index mail_messages_by_receipt PARTIAL (provider_message_id), which does not begin with tenant_id',
    because: 'a provider’s webhook names a mail by the provider’s own id',
  },
  {
    path: 'mail_messages',
    what: 'has the index mail_messages_by_age (updated_at), which does not begin with tenant_id',
    because: 'the sweep of old mails of all tenants',
  },
  {
    path: 'tenant_domains',
    what: 'has the index tenant_domains_host UNIQUE PARTIAL (host), which does not begin with tenant_id',
    because: 'a host leads to its tenant',
  },
  {
    path: 'tenant_origins',
    what: 'has the index tenant_origins_by_origin (origin), which does not begin with tenant_id',
    because: 'a preflight names no tenant',
  },
  {
    path: 'blog_posts',
    what: 'has the index blog_posts_due PARTIAL (publish_at), which does not begin with tenant_id',
    because: 'the schedule publishes the due posts of all tenants',
  },
  {
    path: 'schedules',
    what: 'has the index schedules_declared UNIQUE PARTIAL (name), which does not begin with tenant_id',
    because: 'what a manifest declares is there once in the deployment, whoever owns it',
  },
  {
    path: 'schedules',
    what: 'has the index schedules_due PARTIAL (next_run_at), which does not begin with tenant_id',
    because: 'a tick starts the due schedules of all tenants',
  },
  {
    path: 'schedule_runs',
    what: 'has the index schedule_runs_open PARTIAL (created_at), which does not begin with tenant_id',
    because: 'a tick settles the runs of all tenants whose jobs have ended',
  },
  ...[
    ['schedule_runs', 'schedule_runs_by_age (created_at)'],
    ['outbox', 'outbox_settled PARTIAL (settled_at)'],
    ['outbox', 'outbox_dead_by_age PARTIAL (dead_at)'],
    ['inbox', 'inbox_by_age (handled_at)'],
    ['jobs', 'jobs_finished PARTIAL (finished_at)'],
    ['webhook_deliveries', 'webhook_deliveries_by_age (created_at)'],
    ['audit_heads', 'audit_heads_due (due_at)'],
  ].map(([path = '', name = '']) => ({
    path,
    what: `has the index ${name}, which does not begin with tenant_id`,
    because: 'the sweep of old rows of all tenants',
  })),
]

/** Tables of tenants, and of theirs the keys and references that do not begin with the tenant. */
export function tenantLedFindings(tables: readonly TableShape[]): Finding[] {
  const owned = new Set(tables.filter(isOwned).map(({ name }) => name))
  const findings = tables
    .filter(isOwned)
    .flatMap(({ name, columns, indexes, foreignKeys }) => [
      ...(columns.some((column) => column.startsWith('tenant_id ') && column.endsWith(' KEY 1'))
        ? []
        : [tenantFirst(name, 'has a primary key that does not begin with tenant_id')]),
      ...indexes
        .filter((index) => index.columns[0] !== 'tenant_id')
        .map((index) =>
          tenantFirst(
            name,
            `has the index ${indexText(index)}, which does not begin with tenant_id`,
          ),
        ),
      ...foreignKeys
        .filter((key) => owned.has(key.table) && !namesTenant(key))
        .map((key) => tenantFirst(name, `has the foreign key ${keyText(key)} without tenant_id`)),
    ])
  return withoutExceptions(
    findings,
    NOT_TENANT_LED.filter(({ path }) => owned.has(path)),
  )
}

function isOwned({ columns }: TableShape): boolean {
  return columns.some((column) => column.startsWith('tenant_id '))
}

function namesTenant({ columns, foreignColumns }: ForeignKeyShape): boolean {
  return columns[0] === 'tenant_id' && foreignColumns[0] === 'tenant_id'
}

function tenantFirst(where: string, what: string): Finding {
  return { where, what, fix: 'Lead it by tenant_id, so that no key reaches over a tenant.' }
}

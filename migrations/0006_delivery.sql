-- What becomes of an event after its commit: who has been given it, and work that runs in the background.

-- `available_at` is when an event may next be taken: a lease and a pause both move it.
ALTER TABLE outbox ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN lease TEXT;
ALTER TABLE outbox ADD COLUMN settled_at INTEGER;
ALTER TABLE outbox ADD COLUMN dead_at INTEGER;
ALTER TABLE outbox ADD COLUMN redriven_at INTEGER;
ALTER TABLE outbox ADD COLUMN last_error TEXT;
-- JSON list of the subscribers that an event is still owed to; null means all of them.
ALTER TABLE outbox ADD COLUMN waiting TEXT;
-- Where a payload lies that is too large for a row.
ALTER TABLE outbox ADD COLUMN payload_key TEXT;

DROP INDEX outbox_by_aggregate;
CREATE INDEX outbox_owed ON outbox (available_at, seq) WHERE settled_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_heads ON outbox (tenant_id, aggregate_type, aggregate_id, seq)
  WHERE settled_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_dead ON outbox (tenant_id, seq) WHERE dead_at IS NOT NULL;

-- An effect that is done: its row is written in the batch of the effect itself.
CREATE TABLE inbox (
  tenant_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  subscriber TEXT NOT NULL,
  handled_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, event_id, subscriber)
) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_by_age ON inbox (handled_at);

-- `due_at` is when a job may next be taken: a lease and a pause both move it.
CREATE TABLE jobs (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  payload TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'dead', 'cancelled')),
  priority INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  max_attempts INTEGER NOT NULL,
  concurrency INTEGER,
  unique_key TEXT,
  lease TEXT,
  cancel_requested_at INTEGER,
  progress INTEGER NOT NULL DEFAULT 0,
  progress_note TEXT,
  result TEXT,
  last_error TEXT,
  actor_kind TEXT NOT NULL,
  actor_id TEXT,
  correlation_id TEXT NOT NULL,
  causation_id TEXT,
  trace_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX jobs_due ON jobs (priority, due_at)
  WHERE state IN ('queued', 'running') AND concurrency IS NULL;
CREATE INDEX jobs_limited ON jobs (tenant_id, name, priority, due_at, id)
  WHERE state IN ('queued', 'running') AND concurrency IS NOT NULL;
CREATE INDEX jobs_leased ON jobs (tenant_id, name, due_at) WHERE lease IS NOT NULL;
CREATE INDEX jobs_dead ON jobs (tenant_id, id) WHERE state = 'dead';
CREATE UNIQUE INDEX jobs_unique ON jobs (tenant_id, name, unique_key)
  WHERE unique_key IS NOT NULL AND state IN ('queued', 'running');
CREATE INDEX jobs_by_state ON jobs (tenant_id, state, id);
CREATE INDEX jobs_by_name ON jobs (tenant_id, name, id);
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE job_attempts (
  tenant_id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('done', 'failed', 'lost', 'cancelled')),
  error TEXT,
  started_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, job_id, attempt),
  FOREIGN KEY (tenant_id, job_id) REFERENCES jobs (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Aborts the batch of a worker that is no longer the one who works.
ALTER TABLE commit_guards ADD COLUMN lease_held INTEGER CONSTRAINT lease_held CHECK (lease_held <> 0);

-- What runs by the clock, and the indexes by which old rows are found.

CREATE TABLE schedules (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  cron TEXT NOT NULL,
  -- IANA.
  timezone TEXT NOT NULL,
  task TEXT NOT NULL,
  -- JSON object.
  input TEXT NOT NULL,
  missed TEXT NOT NULL CHECK (missed IN ('skip', 'once', 'all')),
  is_paused INTEGER NOT NULL DEFAULT 0,
  -- Null when the expression names no instant any more. A tick moves it, and only from what it has read.
  next_run_at INTEGER,
  last_run_at INTEGER,
  -- What a module's manifest says of it, as JSON; null for what people have made.
  declaration TEXT,
  -- Grows with every change by people and releases, not with runs.
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX schedules_name ON schedules (tenant_id, name);
CREATE UNIQUE INDEX schedules_declared ON schedules (name) WHERE declaration IS NOT NULL;
CREATE INDEX schedules_due ON schedules (next_run_at) WHERE is_paused = 0;

CREATE TABLE schedule_runs (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  schedule_id TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('due', 'asked')),
  scheduled_for INTEGER NOT NULL,
  -- Instants before it that passed without a run of their own.
  missed INTEGER NOT NULL DEFAULT 0,
  job_id TEXT,
  -- Null until the job has ended.
  outcome TEXT CHECK (outcome IN ('succeeded', 'failed', 'cancelled', 'skipped')),
  started_at INTEGER,
  finished_at INTEGER,
  error TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX schedule_runs_of ON schedule_runs (tenant_id, schedule_id, id);
CREATE INDEX schedule_runs_open ON schedule_runs (created_at) WHERE outcome IS NULL;
CREATE INDEX schedule_runs_by_age ON schedule_runs (created_at);

-- When the cron tick was here last. The tenant is `deployment`.
CREATE TABLE heartbeats (
  tenant_id TEXT NOT NULL,
  name TEXT NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_settled ON outbox (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX outbox_dead_by_age ON outbox (dead_at) WHERE dead_at IS NOT NULL;

-- What every commit writes beside its state: a guard when a condition fails, an audit row, the
-- idempotency key and the events that are owed.

-- Stays empty: a row is inserted only to make the named CHECK abort the batch.
CREATE TABLE commit_guards (
  session_alive INTEGER CONSTRAINT session_alive CHECK (session_alive <> 0),
  tenant_current INTEGER CONSTRAINT tenant_current CHECK (tenant_current <> 0),
  version_matches INTEGER CONSTRAINT version_matches CHECK (version_matches <> 0),
  row_found INTEGER CONSTRAINT row_found CHECK (row_found <> 0),
  state_allows INTEGER CONSTRAINT state_allows CHECK (state_allows <> 0),
  reference_exists INTEGER CONSTRAINT reference_exists CHECK (reference_exists <> 0),
  unused INTEGER CONSTRAINT unused CHECK (unused <> 0),
  last_one_stays INTEGER CONSTRAINT last_one_stays CHECK (last_one_stays <> 0)
) STRICT;

CREATE TABLE audit_log (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  occurred_at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT,
  action TEXT NOT NULL,
  target_type TEXT NOT NULL,
  target_id TEXT NOT NULL,
  request_id TEXT NOT NULL,
  client_address TEXT,
  changes TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  result TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL CONSTRAINT outbox_id UNIQUE,
  tenant_id TEXT NOT NULL,
  type TEXT NOT NULL,
  version INTEGER NOT NULL,
  aggregate_type TEXT NOT NULL,
  aggregate_id TEXT NOT NULL,
  aggregate_version INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT,
  correlation_id TEXT NOT NULL,
  causation_id TEXT,
  trace_id TEXT NOT NULL,
  occurred_at INTEGER NOT NULL,
  available_at INTEGER NOT NULL,
  payload TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_by_tenant ON outbox (tenant_id, seq);
CREATE INDEX outbox_by_aggregate ON outbox (tenant_id, aggregate_type, aggregate_id, seq);

-- Endpoints that are told of events, what was sent to them, and sources that send events here.

-- Enabled endpoints: a tenant without any owes nobody its events.
ALTER TABLE tenants ADD COLUMN webhook_endpoint_count INTEGER NOT NULL DEFAULT 0;

-- Secrets are encrypted. `failures` counts tries in a row; `paused_until` is the circuit breaker's.
CREATE TABLE webhook_endpoints (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  events TEXT NOT NULL,
  shape TEXT NOT NULL CHECK (shape IN ('full', 'ids')),
  fields TEXT,
  state TEXT NOT NULL CHECK (state IN ('enabled', 'disabled')),
  disabled_reason TEXT CHECK (disabled_reason IN ('manual', 'gone', 'failing')),
  secret TEXT NOT NULL,
  previous_secret TEXT,
  previous_secret_until INTEGER,
  failures INTEGER NOT NULL DEFAULT 0,
  failing_since INTEGER,
  paused_until INTEGER,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- One event to one endpoint; `body` is what every try sends. The history outlives its endpoint, so
-- that deleting one has no thousands of rows to delete.
CREATE TABLE webhook_deliveries (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  endpoint_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'succeeded', 'failed')),
  -- Tries since it was last queued; the log of tries goes on counting.
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER,
  status INTEGER,
  latency_ms INTEGER,
  error TEXT,
  created_at INTEGER NOT NULL,
  finished_at INTEGER,
  PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (tenant_id, endpoint_id, event_id);
CREATE INDEX webhook_deliveries_by_endpoint ON webhook_deliveries (tenant_id, endpoint_id, id);
CREATE INDEX webhook_deliveries_by_type ON webhook_deliveries (tenant_id, event_type, id);
CREATE INDEX webhook_deliveries_by_state ON webhook_deliveries (tenant_id, state, id);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);

CREATE TABLE webhook_attempts (
  tenant_id TEXT NOT NULL,
  delivery_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  attempted_at INTEGER NOT NULL,
  status INTEGER,
  latency_ms INTEGER NOT NULL,
  error TEXT,
  answer TEXT,
  PRIMARY KEY (tenant_id, delivery_id, attempt),
  FOREIGN KEY (tenant_id, delivery_id) REFERENCES webhook_deliveries (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Who may send Standard Webhooks to the tenant.
CREATE TABLE webhook_sources (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  slug TEXT NOT NULL,
  description TEXT NOT NULL,
  secret TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX webhook_sources_slug ON webhook_sources (tenant_id, slug);

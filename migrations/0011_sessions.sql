-- Tries at a secret in the window of a bucket: one of an account, one of a client's address.
CREATE TABLE auth_attempts (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  -- HMAC of purpose and account, or of purpose and address.
  bucket TEXT NOT NULL,
  tries INTEGER NOT NULL,
  -- The first try of the window.
  began_at INTEGER NOT NULL,
  -- From when on the next try is admitted.
  open_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, bucket)
) STRICT, WITHOUT ROWID;
CREATE INDEX auth_attempts_by_beginning ON auth_attempts (began_at);

-- Log-ins and failed ones. Refers to no user and no session: it outlives both.
CREATE TABLE login_history (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  -- Null for an account that does not exist.
  user_id TEXT,
  outcome TEXT NOT NULL CHECK (outcome IN ('succeeded', 'failed')),
  -- The session that a log-in opened.
  session_id TEXT,
  client_address TEXT,
  country TEXT,
  user_agent TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX login_history_by_user ON login_history (tenant_id, user_id, id);
CREATE INDEX login_history_by_age ON login_history (created_at);

-- ISO 3166-1 alpha-2, as the edge told at the log-in.
ALTER TABLE sessions ADD COLUMN country TEXT;

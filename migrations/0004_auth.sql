CREATE TABLE users (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  -- Lower case, NFC.
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'disabled', 'deleted')),
  -- Grows with every change that the API shows; numbers the user's events.
  version INTEGER NOT NULL,
  -- Grows with every change that must end the access tokens in use: roles, password, status.
  security_version INTEGER NOT NULL,
  last_login_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX users_email ON users (tenant_id, email);
CREATE INDEX users_by_status ON users (tenant_id, status, id);

CREATE TABLE user_roles (
  tenant_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  role TEXT NOT NULL,
  PRIMARY KEY (tenant_id, user_id, role),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
  FOREIGN KEY (tenant_id, role) REFERENCES roles (tenant_id, slug)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_roles_by_role ON user_roles (tenant_id, role, user_id);

-- One row per log-in: the family of its refresh tokens.
CREATE TABLE sessions (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  client_address TEXT,
  user_agent TEXT,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  -- Moved by use.
  idle_expires_at INTEGER NOT NULL,
  -- Never moved.
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,
  revoked_because TEXT,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (tenant_id, user_id, revoked_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE refresh_tokens (
  tenant_id TEXT NOT NULL,
  -- SHA-256 of the token, base64url.
  hash TEXT NOT NULL,
  session_id TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  used_at INTEGER,
  -- Led by the session: SQLite looks for what refers to a session by the primary key.
  PRIMARY KEY (tenant_id, session_id, hash),
  FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX refresh_tokens_hash ON refresh_tokens (tenant_id, hash);

-- A second factor for log-ins: codes of an app (TOTP), and recovery codes for its loss.

-- Broken by a sensitive change of a session that has not shown lately who uses it.
ALTER TABLE commit_guards ADD COLUMN stepped_up INTEGER
  CONSTRAINT stepped_up CHECK (stepped_up <> 0);

CREATE TABLE second_factors (
  tenant_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  -- What the app and the platform share, sealed.
  secret TEXT NOT NULL,
  -- Null until a code has shown that the app has the secret; until then no log-in asks for one.
  confirmed_at INTEGER,
  -- The time step of the last code that was taken. No code of it or of an earlier one is taken again.
  last_step INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, user_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- Those that are left. A code that is used goes.
CREATE TABLE recovery_codes (
  tenant_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  -- HMAC of the code.
  hash TEXT NOT NULL,
  PRIMARY KEY (tenant_id, user_id, hash),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- How often something was tried with the token, such as a code to end a log-in.
ALTER TABLE one_time_tokens ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
-- Until when the session may do what is sensitive.
ALTER TABLE sessions ADD COLUMN elevated_until INTEGER;

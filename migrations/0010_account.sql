-- When the owner has shown to read the address; null until then.
ALTER TABLE users ADD COLUMN email_verified_at INTEGER;
-- What the user has chosen: a language tag and an IANA time zone.
ALTER TABLE users ADD COLUMN locale TEXT;
ALTER TABLE users ADD COLUMN timezone TEXT;

-- Tokens that go out by mail. They work once, and a few minutes only.
CREATE TABLE one_time_tokens (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  -- SHA-256 of the token, base64url.
  hash TEXT NOT NULL,
  purpose TEXT NOT NULL,
  -- Whom or what it is for: the id of a user or of an invitation.
  subject_id TEXT NOT NULL,
  -- What of the subject must not have changed since, such as a user's security version.
  bound_to TEXT NOT NULL,
  -- What is to be done with it, such as a new address.
  payload TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  PRIMARY KEY (tenant_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX one_time_tokens_by_subject
  ON one_time_tokens (tenant_id, subject_id, purpose, created_at);
CREATE INDEX one_time_tokens_by_expiry ON one_time_tokens (expires_at);

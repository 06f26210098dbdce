-- API keys. A key itself is kept nowhere, only its hash.

-- Broken by a write that an API key may no longer do as it was read.
ALTER TABLE commit_guards ADD COLUMN key_current INTEGER
  CONSTRAINT key_current CHECK (key_current <> 0);

CREATE TABLE api_keys (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  -- The maker, by whose roles the key is bounded.
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  -- SHA-256 of the key, base64url.
  hash TEXT NOT NULL,
  -- JSON lists.
  scopes TEXT NOT NULL,
  allowed_addresses TEXT NOT NULL,
  expires_at INTEGER,
  -- From when on the key is dead, by expiry, rotation or revocation; null for never.
  ends_at INTEGER,
  revoked_at INTEGER,
  replaced_by TEXT,
  last_used_at INTEGER,
  last_used_address TEXT,
  -- Numbers the key's events; a use does not count.
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_by_user ON api_keys (tenant_id, user_id, id);
CREATE INDEX api_keys_by_end ON api_keys (ends_at) WHERE ends_at IS NOT NULL;

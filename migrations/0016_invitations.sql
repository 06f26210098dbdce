-- The name in lower case, by which users are found.
ALTER TABLE users ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE users SET name_key = lower(name);
CREATE INDEX users_by_name ON users (tenant_id, name_key);

-- Who was asked to make an account, and with which roles.
CREATE TABLE invitations (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  -- Lower case, NFC.
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  -- JSON list of slugs.
  roles TEXT NOT NULL,
  -- Whoever sent the last mail: by what this user may grant the roles are judged at acceptance.
  invited_by TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'revoked')),
  -- The account that acceptance made.
  user_id TEXT,
  -- Grows with every mail too: a link is bound to it.
  version INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, invited_by) REFERENCES users (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_by_email ON invitations (tenant_id, email, state);
CREATE INDEX invitations_by_state ON invitations (tenant_id, state, id);
CREATE INDEX invitations_by_expiry ON invitations (expires_at);

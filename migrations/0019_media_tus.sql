-- Files that arrive in pieces, or straight in the store, and wait there to be taken. Each has an object
-- of the same id, and becomes an asset of that id.
CREATE TABLE media_uploads (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  -- Who began it; nobody else sees it.
  user_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('tus', 'direct')),
  -- `stored` when all bytes are one object, `done` when an asset is made of it.
  state TEXT NOT NULL CHECK (state IN ('open', 'stored', 'done')),
  storage_key TEXT NOT NULL,
  -- That there will be, and that are safe: in whole parts, and a rest in an object of its own.
  bytes INTEGER NOT NULL CHECK (bytes > 0),
  arrived INTEGER NOT NULL CHECK (arrived BETWEEN 0 AND bytes),
  -- Counts the requests that have brought bytes; only the last one of them may say what is safe.
  epoch INTEGER NOT NULL,
  multipart_id TEXT,
  -- JSON list of parts.
  parts TEXT NOT NULL,
  -- Of the request that has kept the rest.
  rest_epoch INTEGER,
  -- JSON object: what the client says of the file.
  said TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX media_uploads_expired ON media_uploads (expires_at);

-- Which assets the things of other modules show. A row is written with its owner and outlives an
-- asset that is deleted although it is used.
CREATE TABLE media_references (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  asset_id TEXT NOT NULL,
  -- As events name it: `blog.post`.
  owner_type TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  -- Where the owner shows it: `cover`.
  place TEXT NOT NULL,
  PRIMARY KEY (tenant_id, asset_id, owner_type, owner_id, place)
) STRICT, WITHOUT ROWID;

-- Finds the assets of the same bytes.
CREATE INDEX media_files_by_bytes ON media_files (tenant_id, sha256, asset_id);

ALTER TABLE blog_posts ADD COLUMN cover_asset_id TEXT;
-- JSON: what is shown of that asset; null while it cannot be shown.
ALTER TABLE blog_posts ADD COLUMN cover_picture TEXT;
CREATE INDEX blog_posts_by_cover ON blog_posts (tenant_id, cover_asset_id, id)
  WHERE cover_asset_id IS NOT NULL;

-- Changes of many assets, each with the id of its job; the newest of a tenant are kept.
CREATE TABLE media_bulks (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  -- JSON, as it was asked for.
  input TEXT NOT NULL,
  -- By whose rights it works; null for the platform's.
  user_id TEXT,
  -- JSON: how far it is.
  position TEXT NOT NULL,
  done INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  -- JSON: the first ones, with reasons.
  refusals TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  finished_at INTEGER,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- Every object of the media module in the store: a row is here before the object and stays until it
-- is gone.
CREATE TABLE media_objects (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  storage_key TEXT NOT NULL,
  -- `uploading` and `doomed` objects are of no file; the sweep removes those that stay so.
  state TEXT NOT NULL CHECK (state IN ('uploading', 'kept', 'doomed')),
  -- Reserved while it is uploading, then what there is.
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  -- When it came into its state.
  since INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX media_objects_owed ON media_objects (state, since) WHERE state <> 'kept';

-- The sum of the bytes of a tenant's objects, and how far the search for strays in the store is.
CREATE TABLE media_totals (
  tenant_id TEXT NOT NULL PRIMARY KEY REFERENCES tenants (id),
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  walked_at INTEGER NOT NULL,
  walk_cursor TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX media_totals_by_walk ON media_totals (walked_at);

CREATE TABLE media_folders (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  parent_id TEXT,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, parent_id) REFERENCES media_folders (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX media_folders_by_parent ON media_folders (tenant_id, parent_id, name, id);

CREATE TABLE media_assets (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('ready', 'trashed')),
  visibility TEXT NOT NULL CHECK (visibility IN ('public', 'private')),
  folder_id TEXT,
  -- The number of the file that is current.
  file_number INTEGER NOT NULL,
  -- Of that file.
  kind TEXT NOT NULL CHECK (kind IN ('image', 'audio', 'video', 'document')),
  -- A label; no key of the store holds it.
  name TEXT NOT NULL,
  -- The name folded for search by prefix.
  name_key TEXT NOT NULL,
  -- JSON list of tags, and JSON object: alt and caption by locale.
  tags TEXT NOT NULL,
  texts TEXT NOT NULL,
  -- From the left and the top, 0 to 1.
  focal_x REAL NOT NULL,
  focal_y REAL NOT NULL,
  created_by TEXT,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  trashed_at INTEGER,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, folder_id) REFERENCES media_folders (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX media_assets_by_state ON media_assets (tenant_id, state, id);
CREATE INDEX media_assets_by_folder ON media_assets (tenant_id, folder_id, state, id);
CREATE INDEX media_assets_by_kind ON media_assets (tenant_id, kind, state, id);
CREATE INDEX media_assets_by_name ON media_assets (tenant_id, state, name_key, id);
CREATE INDEX media_assets_trashed ON media_assets (trashed_at) WHERE state = 'trashed';

CREATE TABLE media_files (
  tenant_id TEXT NOT NULL,
  asset_id TEXT NOT NULL,
  -- From 1 on, without gaps.
  number INTEGER NOT NULL,
  object_id TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  -- Hexadecimal digits.
  sha256 TEXT NOT NULL,
  -- By the bytes, never by a name.
  media_type TEXT NOT NULL,
  width INTEGER,
  height INTEGER,
  blurhash TEXT,
  -- Dominant, `#rrggbb`.
  color TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, asset_id, number),
  FOREIGN KEY (tenant_id, asset_id) REFERENCES media_assets (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE media_asset_tags (
  tenant_id TEXT NOT NULL,
  asset_id TEXT NOT NULL,
  tag TEXT NOT NULL,
  -- A copy of the asset's, so that a tag's list is one walk of an index.
  state TEXT NOT NULL,
  PRIMARY KEY (tenant_id, asset_id, tag),
  FOREIGN KEY (tenant_id, asset_id) REFERENCES media_assets (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX media_asset_tags_by_tag ON media_asset_tags (tenant_id, tag, state, asset_id);

-- Which post each source of an import has become. A row outlives its post, so that what was deleted
-- stays deleted.
CREATE TABLE blog_imports (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  -- Where the post comes from, as the import names it: `posts/2024/hello.md`.
  source TEXT NOT NULL,
  post_id TEXT NOT NULL,
  imported_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, source)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX blog_imports_by_post ON blog_imports (tenant_id, post_id);

CREATE TABLE authors (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  website TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE posts (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  status TEXT NOT NULL,
  locale TEXT NOT NULL,
  slug TEXT NOT NULL,
  title TEXT NOT NULL,
  excerpt TEXT NOT NULL,
  author_id TEXT,
  category TEXT,
  tags TEXT NOT NULL,
  locales TEXT NOT NULL DEFAULT '["en"]',
  seo TEXT NOT NULL DEFAULT '{}',
  cover TEXT,
  publish_at INTEGER,
  published_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  html TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX posts_slug ON posts (tenant_id, slug);
CREATE INDEX posts_by_status ON posts (tenant_id, status, published_at, id);

CREATE TABLE blog_authors (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  website TEXT,
  -- The account of the author, when there is one.
  user_id TEXT,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX blog_authors_slug ON blog_authors (tenant_id, slug);

CREATE TABLE blog_categories (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  parent_id TEXT,
  slug TEXT NOT NULL,
  -- JSON object: name by locale.
  names TEXT NOT NULL,
  position INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, parent_id) REFERENCES blog_categories (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX blog_categories_slug ON blog_categories (tenant_id, slug);
CREATE INDEX blog_categories_by_parent ON blog_categories (tenant_id, parent_id, position, id);

CREATE TABLE blog_tags (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX blog_tags_slug ON blog_tags (tenant_id, slug);

CREATE TABLE blog_posts (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'archived')),
  author_id TEXT,
  category_id TEXT,
  cover_url TEXT,
  cover_alt TEXT,
  -- When a draft is to be published by itself.
  publish_at INTEGER,
  published_at INTEGER,
  -- `published_at`, or `created_at` while there is none: the order of every list.
  sort_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_by TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, author_id) REFERENCES blog_authors (tenant_id, id),
  FOREIGN KEY (tenant_id, category_id) REFERENCES blog_categories (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX blog_posts_by_time ON blog_posts (tenant_id, sort_at, id);
CREATE INDEX blog_posts_by_status ON blog_posts (tenant_id, status, sort_at, id);
CREATE INDEX blog_posts_by_author ON blog_posts (tenant_id, author_id, status, sort_at, id);
CREATE INDEX blog_posts_by_category ON blog_posts (tenant_id, category_id, status, sort_at, id);
CREATE INDEX blog_posts_due ON blog_posts (publish_at) WHERE status = 'draft' AND publish_at IS NOT NULL;

CREATE TABLE blog_post_translations (
  tenant_id TEXT NOT NULL,
  post_id TEXT NOT NULL,
  locale TEXT NOT NULL,
  slug TEXT NOT NULL,
  title TEXT NOT NULL,
  -- The title folded for search by prefix.
  title_key TEXT NOT NULL,
  excerpt TEXT NOT NULL,
  seo TEXT NOT NULL DEFAULT '{}',
  body TEXT NOT NULL,
  -- The body as safe HTML, rendered when it is written.
  html TEXT NOT NULL,
  PRIMARY KEY (tenant_id, post_id, locale),
  FOREIGN KEY (tenant_id, post_id) REFERENCES blog_posts (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX blog_post_translations_slug ON blog_post_translations (tenant_id, locale, slug);
CREATE INDEX blog_post_translations_by_title ON blog_post_translations (tenant_id, locale, title_key, post_id);

CREATE TABLE blog_post_tags (
  tenant_id TEXT NOT NULL,
  post_id TEXT NOT NULL,
  tag_id TEXT NOT NULL,
  -- Copies of the post's columns, so that a tag's list is one walk of an index.
  status TEXT NOT NULL,
  sort_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, post_id, tag_id),
  FOREIGN KEY (tenant_id, post_id) REFERENCES blog_posts (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, tag_id) REFERENCES blog_tags (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX blog_post_tags_by_tag ON blog_post_tags (tenant_id, tag_id, status, sort_at, post_id);

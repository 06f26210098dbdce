CREATE TABLE tenants (
  id TEXT PRIMARY KEY,
  slug TEXT NOT NULL CONSTRAINT tenants_slug UNIQUE,
  name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'suspended', 'deleting')),
  -- Grows with every change of the tenant's own rows, domains, origins, locales, modules and roles.
  version INTEGER NOT NULL,
  -- Numbers the tenant's events without gaps.
  sequence INTEGER NOT NULL,
  is_control INTEGER NOT NULL DEFAULT 0,
  shard TEXT NOT NULL DEFAULT 'primary',
  default_locale TEXT NOT NULL,
  settings TEXT NOT NULL DEFAULT '{}',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deletion_requested_at INTEGER
) STRICT;
-- One control tenant at most.
CREATE UNIQUE INDEX tenants_control ON tenants (is_control) WHERE is_control = 1;
CREATE INDEX tenants_by_status ON tenants (status, id);

CREATE TABLE tenant_domains (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  host TEXT NOT NULL,
  verification_token TEXT NOT NULL,
  verified_at INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, host)
) STRICT, WITHOUT ROWID;
-- Only a verified host is taken: a claim alone must not keep the owner out.
CREATE UNIQUE INDEX tenant_domains_host ON tenant_domains (host) WHERE verified_at IS NOT NULL;

-- Browser origins that may call the tenant's API (CORS).
CREATE TABLE tenant_origins (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  origin TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, origin)
) STRICT, WITHOUT ROWID;
CREATE INDEX tenant_origins_by_origin ON tenant_origins (origin);

CREATE TABLE tenant_locales (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  locale TEXT NOT NULL,
  fallback TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, locale),
  FOREIGN KEY (tenant_id, fallback) REFERENCES tenant_locales (tenant_id, locale)
) STRICT, WITHOUT ROWID;

CREATE TABLE tenant_modules (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  module TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  settings TEXT NOT NULL DEFAULT '{}',
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, module)
) STRICT, WITHOUT ROWID;

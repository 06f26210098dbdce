CREATE TABLE roles (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  is_system INTEGER NOT NULL DEFAULT 0,
  -- Numbers the role's events.
  version INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, slug)
) STRICT, WITHOUT ROWID;

-- `permission` is `resource:action`, or `resource:action:own` for one's own items.
CREATE TABLE role_permissions (
  tenant_id TEXT NOT NULL,
  role TEXT NOT NULL,
  permission TEXT NOT NULL,
  PRIMARY KEY (tenant_id, role, permission),
  FOREIGN KEY (tenant_id, role) REFERENCES roles (tenant_id, slug)
) STRICT, WITHOUT ROWID;

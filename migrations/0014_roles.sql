-- Names a role for ever, also among those that had its slug before; null for a seeded one.
ALTER TABLE roles ADD COLUMN id TEXT;
ALTER TABLE roles ADD COLUMN description TEXT NOT NULL DEFAULT '';

-- JSON array of `{ own, statuses, fields }`, of which any one suffices; `{}` narrows nothing.
ALTER TABLE role_permissions ADD COLUMN rules TEXT NOT NULL DEFAULT '[{}]';

DELETE FROM role_permissions WHERE permission LIKE '%:own' AND EXISTS (
  SELECT 1 FROM role_permissions whole WHERE whole.tenant_id = role_permissions.tenant_id
    AND whole.role = role_permissions.role AND whole.permission || ':own' = role_permissions.permission);
UPDATE role_permissions SET permission = substr(permission, 1, length(permission) - 4), rules = '[{"own":true}]'
  WHERE permission LIKE '%:own';

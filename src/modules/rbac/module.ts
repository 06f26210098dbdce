import { defineModule } from '../../ports/module.ts'
import { rbacErrors } from './errors.ts'
import { roleEvents, rolePermissionsAdded } from './events.ts'
import { rbacGraphql } from './graphql.ts'
import { permissions } from './permissions.ts'
import { routes } from './routes.ts'
import { tasks } from './tasks.ts'

/** Roles as data, and what they permit. */
export const rbacModule = defineModule({
  slug: 'rbac',
  title: 'Roles and permissions',
  kind: 'core',
  dependsOn: ['tenants'],
  permissions,
  errors: rbacErrors,
  events: [rolePermissionsAdded, ...Object.values(roleEvents)],
  routes,
  graphql: rbacGraphql,
  tasks,
  tables: ['role_permissions', 'roles'],
  transfers: { role_permissions: { json: ['rules'] } },
})

import { defineModule } from '../../ports/module.ts'
import { events } from './events.ts'
import { authGraphql } from './graphql.ts'
import { permissions } from './permissions.ts'
import { routes } from './routes.ts'
import { authSettings } from './schemas.ts'

/** Users, log-in and sessions. */
export const authModule = defineModule({
  slug: 'auth',
  title: 'Users and sessions',
  kind: 'core',
  dependsOn: ['tenants', 'rbac'],
  settings: authSettings,
  permissions,
  events,
  routes,
  graphql: authGraphql,
  tables: ['refresh_tokens', 'sessions', 'user_roles', 'users'],
})

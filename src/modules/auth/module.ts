import { defineModule } from '../../ports/module.ts'
import { events } from './events.ts'
import { authGraphql } from './graphql.ts'
import { mails } from './mails.tsx'
import { permissions } from './permissions.ts'
import { sessionSweeps } from './retention/index.ts'
import { routes } from './routes.ts'
import { authSettings } from './schemas.ts'
import { tasks } from './tasks.ts'

/** Users, log-in and sessions. */
export const authModule = defineModule({
  slug: 'auth',
  title: 'Users and sessions',
  kind: 'core',
  dependsOn: ['tenants', 'rbac', 'mail'],
  settings: authSettings,
  permissions,
  events,
  mails,
  routes,
  graphql: authGraphql,
  tasks,
  sweeps: sessionSweeps,
  tables: ['refresh_tokens', 'sessions', 'user_roles', 'users'],
})

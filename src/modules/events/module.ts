import { defineModule } from '../../ports/module.ts'
import { eventsGraphql } from './operators/graphql.ts'
import { routes } from './operators/routes.ts'
import { permissions } from './permissions.ts'
import { eventSweeps } from './retention/index.ts'
import { tasks } from './tasks.ts'

/** Delivers what commits owe: leases, retries, dead letters. */
export const eventsModule = defineModule({
  slug: 'events',
  title: 'Events',
  kind: 'core',
  dependsOn: ['tenants', 'rbac'],
  permissions,
  routes,
  graphql: eventsGraphql,
  tasks,
  sweeps: eventSweeps,
})

import { defineModule } from '../../ports/module.ts'
import { auditSweeps } from './chain/service/sweep.ts'
import { auditErrors } from './errors.ts'
import { auditGraphql } from './graphql.ts'
import { permissions } from './permissions.ts'
import { routes } from './routes.ts'
import { auditSettings } from './schemas.ts'
import { tasks } from './tasks.ts'

/** Who did what: entries that commits write, chained so that every later change shows. */
export const auditModule = defineModule({
  slug: 'audit',
  title: 'Audit log',
  kind: 'core',
  dependsOn: ['tenants', 'schedules'],
  settings: auditSettings,
  permissions,
  errors: auditErrors,
  routes,
  graphql: auditGraphql,
  tasks,
  sweeps: auditSweeps,
})

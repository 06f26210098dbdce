import { defineModule } from '../../ports/module.ts'
import { jobsErrors } from './errors.ts'
import { jobsGraphql } from './operators/graphql.ts'
import { routes } from './operators/routes.ts'
import { permissions } from './permissions.ts'
import { jobSweeps } from './retention/index.ts'

/** Background work: claimed under leases, tried again, kept with its history. */
export const jobsModule = defineModule({
  slug: 'jobs',
  title: 'Background jobs',
  kind: 'core',
  dependsOn: ['tenants', 'rbac'],
  permissions,
  errors: jobsErrors,
  routes,
  graphql: jobsGraphql,
  sweeps: jobSweeps,
})

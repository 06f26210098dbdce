import { defineModule } from '../../ports/module.ts'
import { cacheSweeps } from './cache/service/warm.ts'
import { makeVerificationToken } from './domains/service/domains.ts'
import { eraseLateJob } from './erasure/index.ts'
import { tenantsErrors } from './errors.ts'
import { tenantEvents } from './events.ts'
import { tenantsGraphql } from './graphql.ts'
import { permissions } from './permissions.ts'
import { routes } from './routes.ts'
import { seed } from './seeds.ts'
import { tasks } from './tasks.ts'

/** Who is served: tenants with their hosts, locales and modules. */
export const tenantsModule = defineModule({
  slug: 'tenants',
  title: 'Tenants',
  kind: 'core',
  permissions,
  errors: tenantsErrors,
  events: tenantEvents,
  routes,
  graphql: tenantsGraphql,
  tasks,
  jobs: [eraseLateJob],
  schedules: [
    {
      name: 'tenants:erase',
      description: 'Erases tenants whose grace period is over.',
      cron: '37 * * * *',
      task: 'tenants:erase',
      missed: 'once',
    },
  ],
  sweeps: cacheSweeps,
  seed,
  tables: ['tenant_modules', 'tenant_locales', 'tenant_origins', 'tenant_domains', 'tenants'],
  transfers: {
    tenant_modules: { json: ['settings'] },
    // A host is shown to be the tenant's own where it is served from.
    tenant_domains: { made: { verification_token: makeVerificationToken, verified_at: null } },
  },
})

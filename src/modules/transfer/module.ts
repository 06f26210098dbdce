import { defineModule } from '../../ports/module.ts'
import { transferErrors } from './errors.ts'
import { exportFinished, importFinished } from './events.ts'
import { forgetJob } from './files/index.ts'
import { exportJob, importJob } from './jobs.ts'
import { transferGraphql } from './graphql.ts'
import { personExported } from './people/events.ts'
import { personExportJob } from './people/jobs.ts'
import { personRoutes } from './people/routes.ts'
import { forgetPersonSubscriber } from './people/subscribers.ts'
import { permissions } from './permissions.ts'
import { routes } from './routes.ts'
import { tasks } from './tasks.ts'

/** Exports of tenants, and imports of them: asked of every manifest, as files in storage. */
export const transferModule = defineModule({
  slug: 'transfer',
  title: 'Export and import',
  kind: 'core',
  dependsOn: ['tenants', 'rbac', 'jobs', 'auth'],
  permissions,
  errors: transferErrors,
  events: [exportFinished, importFinished, personExported],
  routes: [...routes, ...personRoutes],
  graphql: transferGraphql,
  subscribers: [forgetPersonSubscriber],
  jobs: [exportJob, importJob, forgetJob, personExportJob],
  tasks,
})

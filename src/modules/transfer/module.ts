import { defineModule } from '../../ports/module.ts'
import { exportFinished, importFinished } from './events.ts'
import { exportJob, forgetJob, importJob } from './jobs.ts'
import { permissions } from './permissions.ts'
import { routes } from './routes.ts'
import { tasks } from './tasks.ts'

/** Exports of tenants, and imports of them: asked of every manifest, as files in storage. */
export const transferModule = defineModule({
  slug: 'transfer',
  title: 'Export and import',
  kind: 'core',
  dependsOn: ['tenants', 'jobs'],
  permissions,
  events: [exportFinished, importFinished],
  routes,
  jobs: [exportJob, importJob, forgetJob],
  tasks,
})

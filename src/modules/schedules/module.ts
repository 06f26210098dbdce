import { defineModule } from '../../ports/module.ts'
import { sweepIdempotencyKeys } from '../commit/index.ts'
import { schedulesErrors } from './errors.ts'
import { scheduleEvents } from './events.ts'
import { schedulesGraphql } from './graphql.ts'
import { permissions } from './permissions.ts'
import { scheduleRoutes } from './routes.ts'
import { sweepRuns } from './service/sweep-runs.ts'
import { tasks } from './tasks.ts'
import { runTaskJob } from './tasks/index.ts'
import { taskRoutes } from './tasks/routes.ts'

/** What runs by the clock, and the tasks that operators run. */
export const schedulesModule = defineModule({
  slug: 'schedules',
  title: 'Schedules and tasks',
  kind: 'core',
  dependsOn: ['tenants', 'jobs'],
  permissions,
  errors: schedulesErrors,
  events: Object.values(scheduleEvents),
  routes: [...scheduleRoutes, ...taskRoutes],
  graphql: schedulesGraphql,
  jobs: [runTaskJob],
  tasks,
  sweeps: [
    {
      name: 'idempotency',
      description: 'Idempotency keys, after 24 hours.',
      run: sweepIdempotencyKeys,
    },
    { name: 'schedule-runs', description: 'Runs of schedules, after 90 days.', run: sweepRuns },
  ],
  schedules: [
    {
      name: 'schedules:cleanup',
      description: 'Removes what is too old.',
      cron: '17 * * * *',
      task: 'cleanup',
      missed: 'once',
    },
  ],
  tables: ['schedule_runs', 'schedules', 'heartbeats'],
  transfers: {
    schedule_runs: { leftOut: 'the history of this deployment’s jobs' },
    heartbeats: { leftOut: 'the deployment’s own' },
    // What manifests declare belongs to the deployment.
    schedules: { made: { declaration: null }, json: ['input'] },
  },
})

import { limits } from '../../kernel/limits.ts'
import { defineModule } from '../../ports/module.ts'
import { deliverJob } from './deliveries/jobs.ts'
import { deliveryRoutes } from './deliveries/routes.ts'
import { sweepLog } from './deliveries/service/sweep.ts'
import { fanOutSubscriber } from './deliveries/subscribers.ts'
import { endpointDisabled, endpointEvents } from './endpoints/events.ts'
import { endpointRoutes } from './endpoints/routes.ts'
import { makeSecret } from './endpoints/service/secret.ts'
import { webhooksErrors } from './errors.ts'
import { webhooksGraphql } from './graphql.ts'
import { inboundReceived, sourceEvents } from './inbound/events.ts'
import { sourceRoutes } from './inbound/routes.ts'
import { permissions } from './permissions.ts'

/** Events to the outside by signed requests, and signed requests from there. */
export const webhooksModule = defineModule({
  slug: 'webhooks',
  title: 'Webhooks',
  kind: 'core',
  permissions,
  errors: webhooksErrors,
  events: [
    ...Object.values(endpointEvents),
    endpointDisabled,
    ...Object.values(sourceEvents),
    inboundReceived,
  ],
  routes: [...endpointRoutes, ...deliveryRoutes, ...sourceRoutes],
  graphql: webhooksGraphql,
  subscribers: [fanOutSubscriber],
  jobs: [deliverJob],
  sweeps: [
    {
      name: 'webhooks',
      description: `Deliveries that ended, after ${limits.webhooks.keptDays} days.`,
      run: sweepLog,
    },
  ],
  tables: ['webhook_attempts', 'webhook_deliveries', 'webhook_endpoints', 'webhook_sources'],
  transfers: {
    webhook_attempts: { leftOut: 'the history of what this deployment has sent' },
    webhook_deliveries: { leftOut: 'the history of what this deployment has sent' },
    // A copy sends nothing before somebody has enabled it.
    webhook_endpoints: {
      made: {
        secret: makeSecret,
        previous_secret: null,
        previous_secret_until: null,
        state: 'disabled',
        disabled_reason: 'manual',
        failures: 0,
        failing_since: null,
        paused_until: null,
      },
      json: ['events'],
    },
    webhook_sources: { made: { secret: makeSecret } },
  },
})

import type { SubscriberDefinition } from '../../../kernel/events.ts'
import type { Deps } from '../../../ports/deps.ts'
import { fanOut } from './service/fan-out.ts'

/** Gives every event to the endpoints that want it. A tenant without endpoints owes nothing. */
export const fanOutSubscriber: SubscriberDefinition<Deps> = {
  name: 'webhooks:fan-out',
  description: 'Queues a delivery for each webhook endpoint that wants the event',
  events: '*',
  permissions: [],
  wants: (tenant) => tenant.webhookEndpoints > 0,
  handle: fanOut,
}

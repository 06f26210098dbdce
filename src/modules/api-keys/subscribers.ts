import type { SubscriberDefinition } from '../../kernel/events.ts'
import type { Deps } from '../../ports/deps.ts'
import { userDeleted } from '../auth/index.ts'
import { forgetKeysOf } from './service/forget-keys.ts'

/** Erases the keys of users who have deleted their accounts. They are dead by then. */
export const forgetKeys: SubscriberDefinition<Deps> = {
  name: 'keys:forget',
  description: 'Erases the API keys of a deleted user',
  events: [userDeleted],
  permissions: [],
  handle: (deps, ctx, event) => forgetKeysOf(deps, ctx, userDeleted.schema.parse(event.payload)),
}

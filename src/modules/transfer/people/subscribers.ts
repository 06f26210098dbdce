import type { SubscriberDefinition } from '../../../kernel/events.ts'
import type { Deps } from '../../../ports/deps.ts'
import { userDeleted } from '../../auth/index.ts'
import { forgetPerson } from './service/forget-person.ts'

/** Removes the exports of users who are gone. */
export const forgetPersonSubscriber: SubscriberDefinition<Deps> = {
  name: 'transfer:forget-user',
  description: 'Removes the exports of a deleted user',
  events: [userDeleted],
  permissions: [],
  handle: (deps, ctx, event) => forgetPerson(deps, ctx, userDeleted.schema.parse(event.payload)),
}

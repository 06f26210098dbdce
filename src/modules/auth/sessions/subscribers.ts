import type { SubscriberDefinition } from '../../../kernel/events.ts'
import type { Deps } from '../../../ports/deps.ts'
import { loginLimitReached } from './events.ts'
import { warnOwner } from './service/warn-owner.ts'

/** Does the work that would tell, at the log-in itself, which accounts exist. */
export const warnOwnerSubscriber: SubscriberDefinition<Deps> = {
  name: 'auth:warn-owner',
  description: 'Tells the owner of an account by mail that somebody tries passwords',
  events: [loginLimitReached],
  permissions: [],
  handle: warnOwner,
}

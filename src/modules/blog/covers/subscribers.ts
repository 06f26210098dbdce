import * as z from 'zod'
import type { SubscriberDefinition } from '../../../kernel/events.ts'
import type { Deps } from '../../../ports/deps.ts'
import { assetEvents, fileEvents, pictureEvents } from '../../media/index.ts'
import { renewCovers } from './service/renew-covers.ts'

const payload = z.object({ id: z.string() })

/** Shows covers as the library has them. */
export const renewCoversSubscriber: SubscriberDefinition<Deps> = {
  name: 'blog:renew-covers',
  description: 'Renews what posts show of a picture that has changed',
  // Nothing can show an asset that has just become ready.
  events: [
    ...Object.values(fileEvents),
    ...Object.values(assetEvents),
    ...Object.values(pictureEvents),
  ].filter((event) => event !== fileEvents.ready),
  permissions: [],
  handle: (deps, ctx, event) => renewCovers(deps, ctx, payload.parse(event.payload).id),
}

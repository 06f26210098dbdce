import * as z from 'zod'
import { defineEvent } from '../../../kernel/events.ts'

const id = '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11'

const sourceEvent = (verb: string, description: string) =>
  defineEvent({
    type: `webhooks.source.${verb}`,
    version: 1,
    since: '0.1.0',
    description,
    schema: z.object({ id: z.string(), slug: z.string() }),
    example: { id, slug: 'billing' },
  })

/** What happens to the senders that the tenant accepts. */
export const sourceEvents = {
  created: sourceEvent('created', 'A source of webhooks was added.'),
  deleted: sourceEvent('deleted', 'A source of webhooks was deleted.'),
}

/** A genuine webhook of a source that the tenant has registered. */
export const inboundReceived = defineEvent({
  type: 'webhooks.inbound.received',
  version: 1,
  since: '0.1.0',
  description: 'A webhook of a registered source came in. The data is what the sender sent.',
  schema: z.object({
    source: z.string(),
    messageId: z.string(),
    type: z.string().nullable(),
    data: z.unknown(),
  }),
  example: {
    source: 'billing',
    messageId: 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W',
    type: 'invoice.paid',
    data: { type: 'invoice.paid', data: { invoice: 'in_1' } },
  },
})

import * as z from 'zod'
import type { EventEnvelope } from '../../kernel/events.ts'

/** An event as its subscribers get it, with a payload of any type. */
export const envelopeSchema: z.ZodType<EventEnvelope> = z
  .object({
    id: z.uuid().meta({ description: 'The same over every delivery.' }),
    type: z.string().meta({ description: '`<module>.<aggregate>.<past tense>`, stable for ever.' }),
    version: z.int().min(1).meta({ description: 'Of the payload’s schema.' }),
    tenantId: z.uuid(),
    aggregate: z
      .object({
        type: z.string(),
        id: z.string(),
        version: z.int().meta({ description: 'Numbers the aggregate’s events without gaps.' }),
      })
      .meta({ description: 'What the event is about.' }),
    actor: z.object({ kind: z.string(), id: z.string().nullable() }),
    correlationId: z.string().meta({ description: 'The request that began it all.' }),
    causationId: z.string().nullable().meta({
      description: 'The event or job that led to this one; null when a request did.',
    }),
    traceId: z.string().meta({ description: 'W3C trace id.' }),
    occurredAt: z.int().meta({ description: 'Epoch milliseconds.' }),
    payload: z.unknown(),
  })
  .meta({ title: 'Envelope', description: 'An event as its subscribers get it.' })

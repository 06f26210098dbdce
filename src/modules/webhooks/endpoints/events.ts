import * as z from 'zod'
import { defineEvent } from '../../../kernel/events.ts'

const id = '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11'
const reasons = ['manual', 'gone', 'failing'] as const

const endpointEvent = (verb: string, description: string) =>
  defineEvent({
    type: `webhooks.endpoint.${verb}`,
    version: 1,
    since: '0.1.0',
    description,
    schema: z.object({ id: z.string() }),
    example: { id },
  })

/** What happens to endpoints. */
export const endpointEvents = {
  created: endpointEvent('created', 'A webhook endpoint was added.'),
  updated: endpointEvent('updated', 'A webhook endpoint changed or was enabled.'),
  deleted: endpointEvent('deleted', 'A webhook endpoint was deleted.'),
  secretRotated: endpointEvent('secret_rotated', 'A webhook endpoint got another secret.'),
}

/** Tells the owner of an endpoint. */
export const endpointDisabled = defineEvent({
  type: 'webhooks.endpoint.disabled',
  version: 1,
  since: '0.1.0',
  description: 'A webhook endpoint was disabled: by hand, because it answered 410, or for failing.',
  schema: z.object({ id: z.string(), url: z.string(), reason: z.enum(reasons) }),
  example: { id, url: 'https://hooks.example.com/rustok', reason: 'failing' as const },
})

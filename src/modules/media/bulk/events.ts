import * as z from 'zod'
import { defineEvent } from '../../../kernel/events.ts'

export const bulkFinished = defineEvent({
  type: 'media.bulk.finished',
  version: 1,
  since: '0.1.0',
  description: 'A change of many assets has come to its end.',
  schema: z.object({ id: z.string(), action: z.string(), done: z.int(), refused: z.int() }),
  example: {
    id: '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11',
    action: 'tag',
    done: 118,
    refused: 2,
  },
})

import * as z from 'zod'
import { defineEvent } from '../../../kernel/events.ts'

/** What is found out about pictures. */
export const pictureEvents = {
  looked: defineEvent({
    type: 'media.file.looked',
    version: 1,
    since: '0.1.0',
    description: 'What stands in for a picture while it loads is known; its asset is as it was.',
    schema: z.object({
      id: z.string(),
      file: z.int(),
      blurhash: z.string(),
      color: z.string(),
    }),
    example: {
      id: '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11',
      file: 1,
      blurhash: 'LEHV6nWB2yk8pyo0adR*.7kCMdnj',
      color: '#a0b0c0',
    },
  }),
}

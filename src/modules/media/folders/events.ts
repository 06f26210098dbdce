import * as z from 'zod'
import { defineEvent } from '../../../kernel/events.ts'

const folderEvent = (verb: string, description: string) =>
  defineEvent({
    type: `media.folder.${verb}`,
    version: 1,
    since: '0.1.0',
    description,
    schema: z.object({ id: z.string(), name: z.string() }),
    example: { id: '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11', name: 'Products' },
  })

/** What happens to folders. */
export const folderEvents = {
  created: folderEvent('created', 'A folder of the media library was added.'),
  updated: folderEvent('updated', 'A folder of the media library was renamed or moved.'),
  deleted: folderEvent('deleted', 'A folder of the media library was deleted.'),
}

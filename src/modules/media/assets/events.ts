import * as z from 'zod'
import { defineEvent } from '../../../kernel/events.ts'

const id = '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11'
const file = {
  id,
  file: 1,
  mediaType: 'image/jpeg',
  bytes: 48_213,
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
}

const fileEvent = (verb: string, description: string, number: number) =>
  defineEvent({
    type: `media.asset.${verb}`,
    version: 1,
    since: '0.1.0',
    description,
    schema: z.object({
      id: z.string(),
      file: z.int(),
      mediaType: z.string(),
      bytes: z.int(),
      sha256: z.string(),
    }),
    example: { ...file, file: number },
  })

const assetEvent = (verb: string, description: string) =>
  defineEvent({
    type: `media.asset.${verb}`,
    version: 1,
    since: '0.1.0',
    description,
    schema: z.object({ id: z.string() }),
    example: { id },
  })

/** An asset has a file, its first or another one. */
export const fileEvents = {
  ready: fileEvent('ready', 'A file was uploaded and can be read.', 1),
  replaced: fileEvent('replaced', 'An asset got another file; links to it stay.', 2),
}

/** What happens to assets otherwise. */
export const assetEvents = {
  updated: assetEvent('updated', 'What is said of an asset changed.'),
  trashed: assetEvent('trashed', 'An asset was moved to the trash; its files are served no more.'),
  restored: assetEvent('restored', 'An asset was taken out of the trash.'),
  purged: assetEvent('purged', 'An asset was deleted for good, with its files.'),
}

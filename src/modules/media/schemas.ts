import * as z from 'zod'
import { limits } from '../../kernel/limits.ts'
import { MEDIA_TYPES, type MediaType } from '../../kernel/media-type.ts'

// -- the keys of the record are its type
const TYPES = Object.keys(MEDIA_TYPES) as [MediaType, ...MediaType[]]

const fileBytes = z.int().min(1).max(limits.media.fileBytes)
const types = z.array(z.enum(TYPES)).max(TYPES.length)

/** What a tenant may set of its files. */
export const mediaSettings = z.strictObject({
  quotaBytes: z
    .int()
    .min(0)
    .max(limits.media.quotaBytes)
    .default(5_000_000_000)
    .describe('Bytes that all files may have.'),
  fileBytes: fileBytes.default(100_000_000).describe('Bytes that a file may have.'),
  types: types.default([...TYPES]).describe('Types of files that are taken.'),
  roles: z
    .record(
      z.string().max(63),
      z.strictObject({ fileBytes: fileBytes.optional(), types: types.optional() }),
    )
    .default({})
    .describe('Other bounds for roles, by their slugs; whoever has several may do the most.'),
})

export type MediaSettings = z.infer<typeof mediaSettings>

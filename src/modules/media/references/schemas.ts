import * as z from 'zod'
import { pageOf } from '../../../kernel/schemas.ts'

const reference = z.object({
  ownerType: z.string().meta({ description: 'As events name it.', example: 'blog.post' }),
  ownerId: z.string(),
  place: z.string().meta({ example: 'cover' }),
})
export const referenceSchema = reference.meta({
  id: 'MediaReference',
  description: 'A thing that shows an asset, and where.',
})
export const referencePage = pageOf(referenceSchema).meta({ id: 'MediaReferencePage' })

/** What removing an asset has come to. */
export const removalSchema = z
  .object({
    broken: z.array(referenceSchema).meta({
      description: 'What showed the asset and shows nothing in its place, the first 100.',
    }),
  })
  .meta({ id: 'MediaRemoval' })

export const removalQuery = z.strictObject({
  force: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'Also when something shows the asset.' }),
})

export type ReferenceDto = z.infer<typeof referenceSchema>
export type RemovalDto = z.infer<typeof removalSchema>

import * as z from 'zod'
import { idSchema, pageOf, webUrl } from '../../../kernel/schemas.ts'
import { name, slug } from '../taxonomy/index.ts'

export const authorSchema = z
  .object({
    id: idSchema,
    slug: z.string(),
    name: z.string(),
    website: z.string().nullable(),
    userId: idSchema
      .nullable()
      .meta({ description: 'The account of the author, for those who manage authors.' }),
    version: z.int(),
  })
  .meta({ id: 'Author', description: 'Who a post is by; not necessarily an account.' })
export const authorPageSchema = pageOf(authorSchema)
export const createAuthorBody = z
  .strictObject({
    name,
    slug: slug.optional(),
    website: webUrl.nullish(),
    userId: idSchema.nullable().optional(),
  })
  .meta({ id: 'CreateAuthor' })
export const updateAuthorBody = createAuthorBody.partial().meta({ id: 'UpdateAuthor' })

export type AuthorDto = z.infer<typeof authorSchema>
export type CreateAuthorInput = z.infer<typeof createAuthorBody>
export type UpdateAuthorInput = z.infer<typeof updateAuthorBody>

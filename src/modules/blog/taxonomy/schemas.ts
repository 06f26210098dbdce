import * as z from 'zod'
import { limits } from '../../../kernel/limits.ts'
import { idSchema, lineOf, localeSchema, pageOf } from '../../../kernel/schemas.ts'
import { SLUG_PATTERN } from '../../../kernel/slug.ts'

export const slug = z
  .string()
  .max(limits.text.slug)
  .regex(SLUG_PATTERN, 'must be lower-case letters, digits and single hyphens')
export const name = lineOf(limits.text.name)
const names = z
  .record(localeSchema, name)
  .refine((record) => Object.keys(record).length > 0, 'must have a name in at least one locale')
  .refine((record) => Object.keys(record).length <= limits.tenant.locales, 'has too many locales')
const version = z.int()

export const categorySchema = z
  .object({
    id: idSchema,
    parentId: idSchema.nullable(),
    slug: z.string(),
    names: z.record(z.string(), z.string()),
    position: z.int(),
    version,
  })
  .meta({ id: 'Category', description: 'A place in the tree of categories.' })
export const categoryListSchema = z.object({ items: z.array(categorySchema), nextCursor: z.null() })
export const createCategoryBody = z
  .strictObject({
    names,
    slug: slug.optional(),
    parentId: idSchema.nullable().optional(),
    position: z.int().min(0).max(100_000).optional(),
  })
  .meta({ id: 'CreateCategory' })
export const updateCategoryBody = createCategoryBody.partial().meta({ id: 'UpdateCategory' })

export const tagSchema = z
  .object({ id: idSchema, slug: z.string(), name: z.string() })
  .meta({ id: 'BlogTag' })
export const tagPageSchema = pageOf(tagSchema)
export const renameTagBody = z.strictObject({ name }).meta({ id: 'RenameTag' })

export type CategoryDto = z.infer<typeof categorySchema>
export type TagDto = z.infer<typeof tagSchema>
export type CreateCategoryInput = z.infer<typeof createCategoryBody>
export type UpdateCategoryInput = z.infer<typeof updateCategoryBody>

import * as z from 'zod'
import { localeSchema, pageOf, pageQuery, queryInteger } from '../../../kernel/schemas.ts'
import { postSummarySchema, slugSchema, statusSchema } from '../posts/index.ts'

export const postPageSchema = pageOf(postSummarySchema)

export const postListQuery = pageQuery.extend({
  locale: localeSchema.optional(),
  status: statusSchema.optional().meta({
    description:
      'Others than published need `posts:read`; without it a list has published posts only.',
  }),
  category: slugSchema.optional(),
  author: slugSchema.optional(),
  tag: slugSchema.optional(),
  q: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'How the title begins; orders by title.' }),
})

export const neighboursSchema = z
  .object({ previous: postSummarySchema.nullable(), next: postSummarySchema.nullable() })
  .meta({ id: 'Neighbours' })
export const relatedQuery = z.strictObject({
  locale: localeSchema.optional(),
  limit: queryInteger(1, 20).default(5),
})
/** Other keys are ignored: readers and campaigns add their own to the address of a feed. */
export const feedQuery = z.object({ locale: localeSchema.optional() })
export const relatedSchema = z.object({ items: z.array(postSummarySchema) })

export type PostListInput = z.infer<typeof postListQuery>

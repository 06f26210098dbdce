import * as z from 'zod'
import { limits } from '../../../kernel/limits.ts'
import {
  idSchema,
  instant,
  instantInput,
  lineOf,
  linesOf,
  localeSchema,
  webUrl,
} from '../../../kernel/schemas.ts'
import { name, slug } from '../taxonomy/index.ts'
import { POST_STATUSES } from './types.ts'

export const slugSchema = slug.meta({ example: 'hello-world' })

export const statusSchema = z.enum(POST_STATUSES).meta({ description: 'Where the post stands.' })

const seoSchema = z
  .strictObject({
    title: lineOf(limits.text.title, 0).optional(),
    description: linesOf(limits.text.excerpt).optional(),
    imageUrl: webUrl.optional(),
    canonicalUrl: webUrl.optional(),
    noIndex: z.boolean().optional(),
  })
  .meta({ id: 'Seo', description: 'What search engines and link previews are told.' })

const coverInput = z
  .strictObject({
    assetId: idSchema.optional().meta({ description: 'A public picture of the library.' }),
    url: webUrl.optional().meta({ description: 'Of a picture elsewhere, in place of an asset.' }),
    alt: linesOf(limits.text.excerpt)
      .optional()
      .meta({ description: 'The text of the library when it is absent.' }),
  })
  .refine(({ assetId, url }) => (assetId === undefined) !== (url === undefined), {
    message: 'must have either assetId or url',
  })
  .meta({ id: 'CoverInput', description: 'The picture above a post.' })

const coverSchema = z
  .object({
    assetId: idSchema.nullable().meta({ description: 'Null for a picture elsewhere.' }),
    url: z.string().meta({ description: 'A path of this deployment for an asset.' }),
    alt: z.string(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    blurhash: z.string().nullable(),
    color: z.string().nullable(),
    srcset: z.string().nullable(),
  })
  .meta({ id: 'Cover', description: 'The picture above a post; none while it cannot be shown.' })

const tagSchema = z.object({ slug: z.string(), name: z.string() }).meta({ id: 'Tag' })

const summaryShape = {
  id: idSchema,
  status: statusSchema,
  locale: localeSchema.meta({ description: 'The locale of the texts below.' }),
  availableLocales: z.array(localeSchema),
  slug: z.string(),
  title: z.string(),
  excerpt: z.string().nullable(),
  cover: coverSchema.nullable(),
  author: z
    .object({ id: idSchema, slug: z.string(), name: z.string(), website: z.string().nullable() })
    .nullable(),
  category: z.object({ id: idSchema, slug: z.string(), name: z.string() }).nullable(),
  tags: z.array(tagSchema),
  seo: seoSchema.nullable(),
  publishAt: instant.nullable().meta({ description: 'When the draft is published by itself.' }),
  publishedAt: instant
    .nullable()
    .meta({ description: 'Kept while a published post is a draft or archived again.' }),
  createdAt: instant,
  updatedAt: instant,
  version: z.int().meta({ description: 'Grows with every change; leads the ETag.' }),
  isOwn: z.boolean().meta({ description: 'Whether the caller wrote it.' }),
}

const masked =
  'A field that the caller’s roles do not show is null; all of a published post is public.'

export const postSummarySchema = z
  .object(summaryShape)
  .meta({ id: 'PostSummary', description: `A post as lists show it. ${masked}` })
export const postSchema = z
  .object({
    ...summaryShape,
    body: z.string().nullable().meta({ description: 'Markdown.' }),
    html: z.string().nullable().meta({ description: 'The body as safe HTML.' }),
  })
  .meta({ id: 'Post', description: `A post in one locale. ${masked}` })

export type Post = z.infer<typeof postSchema>
export type PostSummary = z.infer<typeof postSummarySchema>

export const localeQuery = z.strictObject({ locale: localeSchema.optional() })

const textShape = {
  slug: slugSchema.optional().meta({
    description: 'When absent that of the text that is replaced, else a free one from the title.',
  }),
  title: lineOf(limits.text.title),
  excerpt: linesOf(limits.text.excerpt)
    .nullish()
    .meta({ description: 'Made from the body when it is absent or null.' }),
  body: z
    .string()
    .max(limits.text.body)
    .refine((text) => !text.includes('\0'), 'must not hold NUL')
    .meta({ description: 'Markdown.' }),
  seo: seoSchema.nullish(),
}

const sharedShape = {
  authorId: idSchema.nullable().optional(),
  categoryId: idSchema.nullable().optional(),
  cover: coverInput.nullable().optional(),
  tags: z.array(name).max(limits.blog.tagsPerPost).nullish(),
}

export const createPostBody = z
  .strictObject({
    locale: localeSchema.optional(),
    ...textShape,
    ...sharedShape,
    publish: z.boolean().default(false),
  })
  .meta({ id: 'CreatePost' })

export const updatePostBody = z
  .strictObject({
    locale: localeSchema.optional().meta({
      description: 'Whose texts change. When absent the default one, or the only one of the post.',
    }),
    ...sharedShape,
    slug: slugSchema.optional(),
    title: textShape.title.optional(),
    excerpt: textShape.excerpt.meta({
      description: 'Null for the one made from the body. One that was made follows a new body.',
    }),
    body: textShape.body.optional(),
    seo: textShape.seo,
  })
  .meta({ id: 'UpdatePost' })

export const translationBody = z.strictObject(textShape).meta({ id: 'PutTranslation' })
export const translationParams = z.strictObject({ id: idSchema, locale: localeSchema })

export const publishBody = z
  .strictObject({
    publishAt: instantInput.optional().meta({
      description:
        'A later instant schedules, an earlier one dates back. When absent, the date that the ' +
        'post had, else the present.',
    }),
  })
  .meta({ id: 'PublishPost' })

export const slugParams = z.strictObject({ slug: slugSchema })

/** One post of an import. `source` tells it from any other, also after its slug has changed. */
export const importItemSchema = z.strictObject({
  source: lineOf(limits.blog.importSource),
  locale: localeSchema.optional(),
  ...textShape,
  publishedAt: instantInput.optional(),
  author: z
    .strictObject({
      name: name,
      website: webUrl.optional(),
    })
    .optional(),
  category: name.optional(),
  cover: coverInput.optional(),
  tags: z.array(name).max(limits.blog.tagsPerPost).default([]),
})

export const importBody = z
  .strictObject({ items: z.array(z.unknown()).min(1).max(limits.blog.importPage) })
  .meta({ id: 'ImportPosts', description: 'A page of posts; each is read by itself.' })

/** What has become of a page. A post is named by its source. */
export interface ImportResult {
  created: number
  /** Posts that are there already. */
  skipped: number
  /** Those of them that had no source, and are known by it from here on. */
  readonly adopted: string[]
  /** Posts that were deleted after their import, and stay so. */
  readonly deleted: string[]
  readonly failed: { readonly source: string; readonly reason: string }[]
}

export type Cover = z.infer<typeof coverSchema>
export type CoverInput = z.infer<typeof coverInput>
export type ImportItem = z.infer<typeof importItemSchema>
export type CreatePostInput = z.infer<typeof createPostBody>
export type UpdatePostInput = z.infer<typeof updatePostBody>
export type TranslationInput = z.infer<typeof translationBody>

import type { Author } from '../authors/index.ts'
import type { Picture } from '../../media/index.ts'
import type { Category, Tag } from '../taxonomy/index.ts'

/** Where a post stands. */
export type PostStatus = (typeof POST_STATUSES)[number]
export const POST_STATUSES = ['draft', 'published', 'archived'] as const

/** What rules of permissions to write may name of a post. */
export type PostField = (typeof POST_FIELDS)[number]
export const POST_FIELDS = [
  'slug',
  'title',
  'excerpt',
  'body',
  'cover',
  'author',
  'category',
  'tags',
  'seo',
] as const

/** What rules of permissions to read may leave out of a post; what names and places it is always shown. */
export type MaskableField = (typeof MASKABLE_FIELDS)[number]
export const MASKABLE_FIELDS = [
  'excerpt',
  'body',
  'cover',
  'author',
  'category',
  'seo',
] as const satisfies readonly PostField[]

/** What search engines and link previews are told. */
export interface Seo {
  readonly title?: string | undefined
  readonly description?: string | undefined
  readonly imageUrl?: string | undefined
  readonly canonicalUrl?: string | undefined
  readonly noIndex?: boolean | undefined
}

/** A post's text in one locale. */
export interface Translation {
  readonly locale: string
  readonly slug: string
  readonly title: string
  readonly excerpt: string
  readonly seo: Seo
  /** Markdown. */
  readonly body: string
  /** The body as safe HTML. */
  readonly html: string
}

/** A post without its texts. */
export interface PostCore {
  readonly id: string
  readonly status: PostStatus
  readonly authorId: string | null
  readonly categoryId: string | null
  /** Of a picture elsewhere. */
  readonly coverUrl: string | null
  /** A picture of the library. */
  readonly coverAssetId: string | null
  /** What is shown of that; null while it cannot be shown. */
  readonly coverPicture: Picture | null
  /** Null for the text of the library. */
  readonly coverAlt: string | null
  /** Epoch milliseconds, as are all times here. */
  readonly publishAt: number | null
  readonly publishedAt: number | null
  readonly version: number
  readonly createdBy: string | null
  readonly createdAt: number
  readonly updatedAt: number
}

/** A post as lists show it, in one locale. */
export interface PostSummaryRecord extends PostCore {
  readonly translation: Omit<Translation, 'body' | 'html'>
  readonly availableLocales: readonly string[]
  readonly author: Pick<Author, 'id' | 'slug' | 'name' | 'website'> | null
  readonly category: Pick<Category, 'id' | 'slug' | 'names'> | null
  readonly tags: readonly Tag[]
}

/** A post as its page shows it, in one locale. */
export interface PostRecord extends PostSummaryRecord {
  readonly translation: Translation
}

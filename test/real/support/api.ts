import * as z from 'zod'
import { type JsonAnswer, callJson } from '../../e2e/support/worker.ts'

const summary = z.object({
  id: z.string(),
  slug: z.string(),
  title: z.string(),
  publishedAt: z.string().nullable(),
  author: z.object({ name: z.string(), website: z.string().nullable() }).nullable(),
  category: z.object({ name: z.string() }).nullable(),
})

const page = z.object({ items: z.array(summary), nextCursor: z.string().nullable() })
const post = summary.extend({ html: z.string(), body: z.string() })

export type Summary = z.infer<typeof summary>
export type Post = z.infer<typeof post>

/** What anybody can read of a tenant's blog. */
export interface Reader {
  /** Every post of the list, newest first. */
  readonly list: () => Promise<Summary[]>
  readonly read: (slug: string) => Promise<Post>
  /** A feed or the sitemap as text. */
  readonly text: (path: string) => Promise<string>
  readonly status: (slug: string) => Promise<number>
}

/** Reads a tenant's blog over REST. */
export function readerOf(origin: string, tenant: string): Reader {
  const base = `${origin}/api/v1/blog`
  const headers = { 'x-tenant-id': tenant }
  const get = (path: string): Promise<JsonAnswer> => callJson(`${base}/${path}`, { headers })
  return {
    async list() {
      const items: Summary[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
        const answer = page.parse((await get(`posts?limit=100${query}`)).body)
        items.push(...answer.items)
        cursor = answer.nextCursor
      }
      return items
    },
    read: async (slug) => post.parse((await get(`posts-by-slug/${slug}`)).body),
    text: async (path) => (await fetch(`${base}/${path}`, { headers })).text(),
    status: async (slug) => (await get(`posts-by-slug/${slug}`)).status,
  }
}

import type { Client } from '../../support/world.ts'

/** A post as the API answers it, as far as the tests look. */
export interface PostBody {
  readonly id: string
  readonly status: string
  readonly slug: string
  readonly title: string
  readonly html: string
  readonly locale: string
  readonly availableLocales: string[]
  readonly publishedAt: string | null
  readonly publishAt: string | null
  readonly version: number
  readonly tags: { slug: string }[]
}

let written = 0

/** As `writePost`, by a slug that no other has. */
export function writeOther(client: Client, input: Record<string, unknown> = {}): Promise<PostBody> {
  written += 1
  return writePost(client, { slug: `other-${written}`, ...input })
}

/** Writes a post with what the test cares about. */
export function writePost(client: Client, input: Record<string, unknown> = {}): Promise<PostBody> {
  return client.json('POST', '/api/v1/blog/posts', {
    body: { title: 'A post', body: 'Some text.', ...input },
  })
}

/** The `If-Match` header of a version. */
export function ifMatch(version: number) {
  return { 'if-match': `"${version}"` }
}

/** The slugs of a list in its order. */
export async function slugsOf(client: Client, path: string): Promise<string[]> {
  const { items } = await client.json<{ items: PostBody[] }>('GET', path)
  return items.map((post) => post.slug)
}

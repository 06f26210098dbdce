import { expect, it } from 'vitest'
import { limits } from '../../../src/kernel/limits.ts'
import { type Client, createWorld } from '../../support/world.ts'

const DAY = 86_400_000

/** Brings in published posts by pages, the first of them the oldest. */
async function importPosts(
  admin: Client,
  posts: readonly { readonly title: string; readonly tags: readonly string[] }[],
): Promise<void> {
  const items = posts.map(({ title, tags }, index) => ({
    source: title,
    title,
    body: 'Text',
    tags,
    publishedAt: new Date(index * DAY).toISOString(),
  }))
  for (let at = 0; at < items.length; at += limits.blog.importPage) {
    const body = { items: items.slice(at, at + limits.blog.importPage) }
    const { failed } = await admin.json<{ failed: unknown[] }>(
      'POST',
      '/api/v1/blog/tasks/import',
      { body },
    )
    expect(failed).toEqual([])
  }
}

async function mostRelated(admin: Client, slug: string): Promise<string | undefined> {
  const { id } = await admin.json<{ id: string }>('GET', `/api/v1/blog/posts-by-slug/${slug}`)
  const related = await admin.json<{ items: { slug: string }[] }>(
    'GET',
    `/api/v1/blog/posts/${id}/related`,
  )
  return related.items[0]?.slug
}

it('related posts are looked for among the newest of each tag', async () => {
  const admin = await (await createWorld()).as('admin')
  const others = Array.from({ length: limits.blog.relatedPerTag - 1 }, (_, index) => ({
    title: `Other ${index}`,
    tags: ['Popular'],
  }))
  await importPosts(admin, [
    { title: 'Oldest', tags: ['Popular', 'Rare'] },
    ...others,
    { title: 'Newest', tags: ['Popular', 'Rare'] },
  ])
  // Beside itself the newest post has as many of its tag as are looked at; the oldest is the last.
  expect(await mostRelated(admin, 'newest')).toBe('oldest')

  const body = { title: 'One more', body: 'Text', tags: ['Popular'], publish: true }
  await admin.json('POST', '/api/v1/blog/posts', { body })
  expect(await mostRelated(admin, 'newest')).toBe('one-more')
})

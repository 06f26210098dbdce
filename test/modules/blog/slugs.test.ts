import { describe, expect, it } from 'vitest'
import { createWorld } from '../../support/world.ts'
import { type PostBody, ifMatch, writePost } from './support.ts'

const POSTS = '/api/v1/blog/posts'
const AUTHORS = '/api/v1/blog/authors'
const CATEGORIES = '/api/v1/blog/categories'
const german = '/api/v1/tenant/locales/de'

interface Named {
  readonly id: string
  readonly slug: string
}

async function createEditor() {
  const world = await createWorld()
  const admin = await world.as('admin')
  await admin.json('PUT', german, { body: { fallback: 'en' } })
  return { world, admin }
}

const tripsOf = (response: Response) => response.headers.get('server-timing')

describe('a slug that is made and taken', () => {
  it('gets the first free number, for posts, authors and categories', async () => {
    const { admin } = await createEditor()
    const slugs = async (path: string, body: object) => {
      const made: string[] = []
      for (let round = 0; round < 3; round++)
        made.push((await admin.json<Named>('POST', path, { body })).slug)
      return made
    }
    await writePost(admin, { slug: 'my-title-2' })
    expect(await slugs(POSTS, { title: 'My title', body: 'b' })).toEqual([
      'my-title',
      'my-title-3',
      'my-title-4',
    ])
    const numbered = ['same', 'same-2', 'same-3']
    expect(await slugs(AUTHORS, { name: 'Same' })).toEqual(numbered)
    expect(await slugs(CATEGORIES, { names: { en: 'Same' } })).toEqual(numbered)
  })

  it('costs a read and a commit more, and leaves one event and one audit row', async () => {
    const { world, admin } = await createEditor()
    const create = () => admin.fetch('POST', POSTS, { body: { title: 'Same', body: 'b' } })
    expect(tripsOf(await create())).toContain('db-trips;desc="1"')
    const second = await create()
    expect([second.status, tripsOf(second)]).toEqual([
      201,
      expect.stringContaining('db-trips;desc="3"'),
    ])
    const post = await second.json<PostBody>()
    expect(await admin.json('GET', `${POSTS}-by-slug/same-2`)).toEqual(post)
    expect(await world.eventsOf(post.id)).toEqual(['blog.post.created'])
    expect(await world.auditOf(post.id)).toEqual(['blog.post.created'])
  })

  it('is another for each of many who write the same title at once', async () => {
    const { admin } = await createEditor()
    const posts = await Promise.all(
      Array.from({ length: 8 }, () => writePost(admin, { title: 'Same' })),
    )
    expect(new Set(posts.map(({ slug }) => slug)).size).toBe(8)
    expect(posts.every(({ slug }) => slug.startsWith('same'))).toBe(true)
  })

  it('is kept with an idempotency key', async () => {
    const { admin } = await createEditor()
    await writePost(admin, { title: 'Same' })
    const headers = { 'idempotency-key': 'once' }
    const create = () => admin.fetch('POST', POSTS, { body: { title: 'Same', body: 'b' }, headers })
    const first = await create()
    const again = await create()
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await again.text()).toBe(await first.text())
    expect((await admin.json<{ items: unknown[] }>('GET', POSTS)).items).toHaveLength(2)
  })

  it('stays within the length of a slug', async () => {
    const { admin } = await createEditor()
    const title = 'a'.repeat(255)
    expect(await writePost(admin, { title })).toMatchObject({ slug: 'a'.repeat(200) })
    expect(await writePost(admin, { title })).toMatchObject({ slug: `${'a'.repeat(198)}-2` })
  })

  it('is numbered in a new text of a post as well', async () => {
    const { admin } = await createEditor()
    await writePost(admin, { title: 'Hallo', locale: 'de' })
    const { id } = await writePost(admin, { title: 'Hello' })
    const text = { title: 'Hallo', body: 'Text' }
    const put = await admin.json('PUT', `${POSTS}/${id}/translations/de`, {
      body: text,
      headers: ifMatch(1),
    })
    expect(put).toMatchObject({ locale: 'de', slug: 'hallo-2' })
    const other = await writePost(admin, { title: 'Other' })
    const patched = await admin.json('PATCH', `${POSTS}/${other.id}`, {
      body: { locale: 'de', ...text },
      headers: ifMatch(1),
    })
    expect(patched).toMatchObject({ locale: 'de', slug: 'hallo-3' })
  })

  it('is refused where the client gave it', async () => {
    const { admin } = await createEditor()
    const body = { name: 'Same', slug: 'same' }
    await admin.json('POST', AUTHORS, { body })
    const author = await admin.fetch('POST', AUTHORS, { body })
    expect([author.status, await author.json()]).toMatchObject([409, { code: 'blog.name_taken' }])
    const category = { names: { en: 'Same' }, slug: 'same' }
    await admin.json('POST', CATEGORIES, { body: category })
    const again = await admin.fetch('POST', CATEGORIES, { body: category })
    expect([again.status, await again.json()]).toMatchObject([409, { code: 'blog.name_taken' }])
  })
})

describe('the slug of a text that is replaced', () => {
  it('stays when none is given, over REST and GraphQL', async () => {
    const { admin } = await createEditor()
    const { id } = await writePost(admin, { title: 'First' })
    const text = { title: 'Second', body: 'b' }
    const path = `${POSTS}/${id}/translations/en`
    const put = await admin.json('PUT', path, { body: text, headers: ifMatch(1) })
    expect(put).toMatchObject({ title: 'Second', slug: 'first' })
    const answer = await admin.graphql(
      `mutation ($id: ID!) { putPostTranslation(id: $id, locale: "en",
        input: { title: "Third", body: "b" }) { title slug } }`,
      { id },
    )
    expect(answer).toEqual({ data: { putPostTranslation: { title: 'Third', slug: 'first' } } })
    const given = { ...text, slug: 'given' }
    expect(await admin.json('PUT', path, { body: given, headers: ifMatch(3) })).toMatchObject({
      slug: 'given',
    })
  })
})

describe('a title of which no slug can be made', () => {
  it.each(['???', '🎉🎉', '日本語の題'])(
    '%s is named by the end of the post’s id',
    async (title) => {
      const { admin } = await createEditor()
      const post = await writePost(admin, { title })
      expect(post.slug).toBe(`post-${post.id.slice(-8)}`)
      const text = await admin.json('PUT', `${POSTS}/${post.id}/translations/de`, {
        body: { title, body: 'b' },
        headers: ifMatch(1),
      })
      expect(text).toMatchObject({ locale: 'de', slug: post.slug })
    },
  )
})

import { beforeAll, describe, expect, it } from 'vitest'
import { type Client, createWorld } from '../../support/world.ts'
import { ifMatch, writeOther } from './support.ts'

const POSTS = '/api/v1/blog/posts'

let admin: Client

beforeAll(async () => {
  admin = await (await createWorld()).as('admin')
})

/** The status of an answer, and the places that it names. */
async function placesOf(path: string, body: object, method = 'POST') {
  const response = await admin.fetch(method, path, { body, headers: ifMatch(1) })
  const { errors = [] } = await response.json<{ errors?: { pointer: string }[] }>()
  return [response.status, ...errors.map(({ pointer }) => pointer)]
}

const text = { title: 'T', body: 'b' }

describe('control characters', () => {
  const controls = ['\u0000', '\u0007', '\u001b', '\u007f', '\u0085', '\u009f']

  it.each(controls.map((control) => [JSON.stringify(control), control]))(
    '%s are refused with their place',
    async (_, control) => {
      const bad = `a${control}b`
      const post = (input: object) => placesOf(POSTS, { ...text, ...input })
      expect(await post({ title: bad })).toEqual([422, '/title'])
      expect(await post({ excerpt: bad })).toEqual([422, '/excerpt'])
      expect(await post({ seo: { title: bad } })).toEqual([422, '/seo/title'])
      expect(await post({ seo: { description: bad } })).toEqual([422, '/seo/description'])
      expect(await post({ tags: ['ok', bad] })).toEqual([422, '/tags/1'])
      expect(await post({ cover: { url: 'https://e.example/a.png', alt: bad } })).toEqual([
        422,
        '/cover/alt',
      ])
      expect(await placesOf('/api/v1/blog/authors', { name: bad })).toEqual([422, '/name'])
      expect(await placesOf('/api/v1/blog/categories', { names: { en: bad } })).toEqual([
        422,
        '/names/en',
      ])
      const role = { slug: 'r', name: bad, grants: [] }
      expect(await placesOf('/api/v1/rbac/roles', role)).toEqual([422, '/name'])
    },
  )

  it('break no line of a title or a name, but those of an excerpt', async () => {
    expect(await placesOf(POSTS, { ...text, title: 'a\nb' })).toEqual([422, '/title'])
    expect(await placesOf('/api/v1/blog/authors', { name: 'a\tb' })).toEqual([422, '/name'])
    const lines = 'one\r\n\ttwo\n'
    const post = await writeOther(admin, { excerpt: lines, seo: { description: lines } })
    expect(post).toMatchObject({ excerpt: lines, seo: { description: lines } })
  })

  it('leave a body whole but for NUL', async () => {
    expect(await placesOf(POSTS, { ...text, body: 'a\u0000b' })).toEqual([422, '/body'])
    expect(await writeOther(admin, { body: 'a\u000bb' })).toMatchObject({ body: 'a\u000bb' })
  })

  it('are no marks of direction, which are text', async () => {
    const title = 'a \u202eb\u202c \u200f'
    expect(await writeOther(admin, { title })).toMatchObject({ title: title.trim() })
  })

  it('are refused over GraphQL', async () => {
    const answer = await admin.graphql(
      'mutation ($input: CreatePostInput!) { createPost(input: $input) { id } }',
      { input: { title: 'a\u0000', body: 'b' } },
    )
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: 'INVALID_INPUT',
      errors: [{ pointer: '/input/title' }],
    })
  })
})

describe('the address of a picture or a site', () => {
  const refused = [
    'https://user:pw@host.example/x.jpg',
    'https://user@host.example/x.jpg',
    'https:\\\\user:pw@host.example/x.jpg',
    'https:user:pw@host.example/x.jpg',
    'https:/host.example/x.jpg',
  ]

  it.each(refused)('%s is refused', async (url) => {
    expect(await placesOf(POSTS, { ...text, cover: { url } })).toEqual([422, '/cover/url'])
    const seo = { imageUrl: url, canonicalUrl: url }
    expect(await placesOf(POSTS, { ...text, seo })).toEqual([
      422,
      '/seo/imageUrl',
      '/seo/canonicalUrl',
    ])
    const author = { name: 'Ada', website: url }
    expect(await placesOf('/api/v1/blog/authors', author)).toEqual([422, '/website'])
  })

  it.each(['https://e.example/@ada?to=a@b.example#@', 'HTTP://e.example:8080', 'http://[::1]/a'])(
    '%s is taken as it is',
    async (url) => {
      expect(await writeOther(admin, { cover: { url } })).toMatchObject({ cover: { url } })
    },
  )
})

describe('the instant of a publication', () => {
  const publish = async (publishAt: string) => {
    const { id } = await writeOther(admin)
    return admin.fetch('POST', `${POSTS}/${id}/publish`, { body: { publishAt } })
  }

  it.each(['0000-01-01T00:00:00Z', '0999-12-31T23:59:59Z', '9999-12-31T23:59:59-00:01'])(
    '%s is refused',
    async (publishAt) => {
      const response = await publish(publishAt)
      expect([response.status, await response.json()]).toMatchObject([
        422,
        { errors: [{ pointer: '/publishAt' }] },
      ])
    },
  )

  it.each([
    ['1000-01-01T00:00:00Z', 'published'],
    ['1815-12-10T00:00:00+01:00', 'published'],
    ['9999-12-30T23:59:59-12:00', 'draft'],
  ])('%s is taken: the post is %s', async (publishAt, status) => {
    const post = await (await publish(publishAt)).json()
    const instant = new Date(publishAt).toISOString()
    expect(post).toMatchObject({
      status,
      [status === 'draft' ? 'publishAt' : 'publishedAt']: instant,
    })
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import { type Client, type World, createWorld } from '../../support/world.ts'
import { type Person, anyVersion, personWith } from '../rbac/support.ts'
import { type PostBody, writeOther } from './support.ts'

const POSTS = '/api/v1/blog/posts'

let world: World
let root: Client

beforeAll(async () => {
  world = await createWorld()
  root = await world.as('super_admin')
})

let owned = 0

/** Writes a post of one’s own over REST. */
async function own(person: Person, input: object = {}): Promise<PostBody> {
  owned += 1
  const { body } = await person.call('POST', POSTS, {
    body: { title: `Own ${owned}`, body: 'Text', ...input },
  })
  return body as unknown as PostBody // -- the answer's schema
}

const slugsFor = async (person: Person, query = '') => {
  const { body } = await person.call('GET', `${POSTS}?limit=100${query}`)
  const { items } = body as { items?: { id: string }[] } // -- the answer's schema
  return (items ?? []).map(({ id }) => id)
}

describe('own items in a status', () => {
  it('are changed, those of others and of other statuses are not, over REST and GraphQL', async () => {
    const writer = await personWith(
      world,
      { permission: 'posts:create' },
      { permission: 'posts:read' },
      { permission: 'posts:update', own: true, statuses: ['draft'] },
      { permission: 'posts:publish', own: true },
    )
    const mine = await own(writer)
    const foreign = await writeOther(root)
    const edit = async (id: string) => {
      const call = { body: { excerpt: 'Better' }, headers: anyVersion }
      const rest = await writer.call('PATCH', `${POSTS}/${id}`, call)
      const { errors = [] } = await writer.graphql(
        `mutation ($id: ID!) { updatePost(id: $id, input: { excerpt: "Best" }) { id } }`,
        { id },
      )
      const [error] = errors as { message: string }[] // -- of the GraphQL answer
      return [rest.status, rest.body['detail'] === error?.message]
    }
    expect(await edit(mine.id)).toEqual([200, true])
    expect(await edit(foreign.id)).toEqual([403, true])
    expect((await writer.call('POST', `${POSTS}/${mine.id}/publish`, { body: {} })).status).toBe(
      200,
    )
    expect(await edit(mine.id)).toEqual([403, true])
    const remove = await writer.call('DELETE', `${POSTS}/${mine.id}`, { headers: anyVersion })
    expect(remove.body['detail']).toBe('The permission posts:delete is missing.')
    const archived = await writer.call('POST', `${POSTS}/${foreign.id}/archive`)
    expect(archived.status).toBe(403)
  })
})

describe('the fields that may be written', () => {
  const masked = { permission: 'posts:update', fields: ['title', 'body'] }
  const reads = { permission: 'posts:read' }

  it('are all that is written: an edit with another field is refused as a whole', async () => {
    const editor = await personWith(world, reads, masked)
    const post = await writeOther(root, { title: 'Before', excerpt: 'Kept' })
    const edit = (body: object) =>
      editor.call('PATCH', `${POSTS}/${post.id}`, { body, headers: anyVersion })
    expect(await edit({ title: 'Other', tags: ['x'], authorId: null })).toMatchObject({
      status: 403,
      body: {
        detail:
          'The permission posts:update reaches only the fields title, body, not author, tags.',
      },
    })
    expect(await root.json('GET', `${POSTS}/${post.id}`)).toMatchObject({ title: 'Before' })
    const edited = await edit({ title: 'After', body: 'A new text.' })
    expect(edited.body).toMatchObject({ title: 'After', body: 'A new text.', excerpt: 'Kept' })
    const put = await editor.call('PUT', `${POSTS}/${post.id}/translations/en`, {
      body: { title: 'T', body: 'B' },
      headers: anyVersion,
    })
    expect(put.status).toBe(403)
  })

  it('of a new post too', async () => {
    const writer = await personWith(world, {
      permission: 'posts:create',
      fields: ['title', 'body', 'tags'],
    })
    const create = async (more: object) =>
      (await writer.call('POST', POSTS, { body: { title: 'New', body: 'B', ...more } })).status
    expect(await create({ slug: 'chosen' })).toBe(403)
    expect(await create({ seo: { noIndex: true } })).toBe(403)
    expect(await create({ publish: true })).toBe(403)
    expect(await create({ tags: ['fine'] })).toBe(201)
  })

  it('add up over the grants that reach the post', async () => {
    const editor = await personWith(
      world,
      reads,
      { permission: 'posts:create' },
      { permission: 'posts:update', own: true, fields: ['title'] },
      { permission: 'posts:update', statuses: ['draft'], fields: ['seo'] },
    )
    const mine = await own(editor)
    const foreign = await writeOther(root)
    const edit = async (id: string, body: object) =>
      (await editor.call('PATCH', `${POSTS}/${id}`, { body, headers: anyVersion })).status
    const seo = { noIndex: true }
    expect(await edit(mine.id, { title: 'Mine', seo })).toBe(200)
    expect(await edit(foreign.id, { seo })).toBe(200)
    expect(await edit(foreign.id, { title: 'Not mine', seo })).toBe(403)
  })
})

describe('the fields that may be read', () => {
  const nulls = { excerpt: null, seo: null, author: null, cover: null }
  let reader: Person
  let draft: PostBody

  beforeAll(async () => {
    reader = await personWith(
      world,
      { permission: 'posts:read', statuses: ['draft'], fields: ['category'] },
      { permission: 'posts:update', fields: ['title'] },
    )
    const author = await root.json<{ id: string }>('POST', '/api/v1/blog/authors', {
      body: { name: 'Hidden author' },
    })
    draft = await writeOther(root, {
      title: 'Masked',
      body: 'Hidden text',
      authorId: author.id,
      cover: { url: 'https://images.example/hidden.jpg' },
    })
  })

  it('are all that is shown, over REST and GraphQL alike, also by the answer to a write', async () => {
    const one = await reader.call('GET', `${POSTS}/${draft.id}`)
    expect(one.body).toMatchObject({ ...nulls, title: 'Masked', body: null, html: null })
    const list = await reader.call('GET', `${POSTS}?status=draft&limit=100`)
    const { items } = list.body as { items: PostBody[] } // -- the answer's schema
    expect(items.find(({ id }) => id === draft.id)).toMatchObject({ ...nulls, title: 'Masked' })
    const query = `query ($id: ID!) {
      post(id: $id) { title excerpt body html seo { title } author { name } }
      posts(status: DRAFT, limit: 20) { items { id title body html } } }`
    const { data } = await reader.graphql(query, { id: draft.id })
    expect(data).toMatchObject({
      post: { title: 'Masked', excerpt: null, body: null, html: null },
      posts: {
        items: expect.arrayContaining([{ id: draft.id, title: 'Masked', body: null, html: null }]),
      },
    })
    const edited = await reader.call('PATCH', `${POSTS}/${draft.id}`, {
      body: { title: 'Masked still' },
      headers: anyVersion,
    })
    expect(edited.body).toMatchObject({ ...nulls, title: 'Masked still', body: null })
    for (const answer of [one, list, data, edited])
      expect(JSON.stringify(answer)).not.toMatch(/hidden/i)
  })

  it('are all that can be asked by: no filter tells of a masked one', async () => {
    expect(await slugsFor(reader)).toContain(draft.id)
    expect(await slugsFor(reader, '&q=masked')).toContain(draft.id)
    expect(await slugsFor(reader, '&author=hidden-author')).toEqual([])
    expect(await slugsFor(reader, '&author=hidden-author&status=draft&q=masked')).toEqual([])
  })

  it('are every one of a published post, which is public', async () => {
    const { id } = await writeOther(root, { title: 'Public', tags: ['open'], publish: true })
    const { body } = await reader.call('GET', `${POSTS}/${id}`)
    expect(body).toMatchObject({ title: 'Public', body: 'Some text.', tags: [{ slug: 'open' }] })
    expect(await slugsFor(reader, '&tag=open')).toEqual([id])
  })
})

describe('a list by item rules', () => {
  it('has what the rules reach and nothing else, walked by pages', async () => {
    const house = await createWorld()
    const admin = await house.as('super_admin')
    const person = await personWith(
      house,
      { permission: 'posts:create' },
      { permission: 'posts:read', statuses: ['archived'] },
      { permission: 'posts:read', own: true, statuses: ['draft'] },
    )
    const wanted: string[] = []
    for (let round = 0; round < 3; round++) {
      await writeOther(admin, { title: `Foreign draft ${round}` })
      const archived = await writeOther(admin, { title: `Archived ${round}` })
      await admin.json('POST', `${POSTS}/${archived.id}/archive`)
      const published = await writeOther(admin, { title: `Out ${round}`, publish: true })
      wanted.push(archived.id, published.id, (await own(person)).id)
    }
    const found: string[] = []
    for (let cursor = ''; ;) {
      const { body } = await person.call('GET', `${POSTS}?limit=2${cursor}`)
      const page = body as { items: PostBody[]; nextCursor: string | null } // -- the schema
      found.push(...page.items.map(({ id }) => id))
      if (page.nextCursor === null) break
      cursor = `&cursor=${page.nextCursor}`
    }
    expect(found.toSorted()).toEqual(wanted.toSorted())
    expect(await slugsFor(person, '&status=draft')).toHaveLength(3)
    expect(await slugsFor(person, '&status=archived')).toHaveLength(3)
    const stranger = await personWith(house, { permission: 'posts:read', statuses: ['archived'] })
    expect(await slugsFor(stranger, '&status=draft')).toEqual([])
    const drafts = await slugsFor(person, '&status=draft')
    expect((await stranger.call('GET', `${POSTS}/${drafts[0]}`)).status).toBe(404)
  })
})

import { describe, expect, it } from 'vitest'
import { createWorld } from '../../support/world.ts'
import { type PostBody, ifMatch, writePost } from './support.ts'

const POSTS = '/api/v1/blog/posts'

describe('writing a post', () => {
  it('answers 201 with its place and tag after one round trip', async () => {
    const world = await createWorld()
    const manager = await world.as('manager')
    const response = await manager.fetch('POST', POSTS, {
      body: {
        title: 'Hello, Wörld!',
        body: '# Hi\n\n**bold** <script>alert(1)</script>',
        tags: ['One', ' one ', 'Two'],
      },
    })
    const post = await response.json<PostBody>()
    expect(response.status).toBe(201)
    expect(response.headers.get('location')).toBe(`${POSTS}/${post.id}`)
    expect(response.headers.get('etag')).toMatch(/^"1\./)
    expect(response.headers.get('server-timing')).toContain('db-trips;desc="1"')
    expect(post).toMatchObject({
      slug: 'hello-woerld',
      status: 'draft',
      version: 1,
      publishedAt: null,
    })
    expect(post.tags.map((tag) => tag.slug)).toEqual(['one', 'two'])
    expect(post.html).toContain('<strong>bold</strong>')
    expect(post.html).not.toContain('<script')
    const location = response.headers.get('location') ?? ''
    expect(await manager.json('GET', location)).toEqual(post)
  })

  it('names the slug that is taken, in the same locale only', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    await admin.json('PUT', '/api/v1/tenant/locales/de', { body: { fallback: 'en' } })
    await writePost(admin, { slug: 'same' })
    const again = await admin.fetch('POST', POSTS, {
      body: { title: 'B', body: 'b', slug: 'same' },
    })
    expect(again.status).toBe(409)
    expect(await again.json()).toMatchObject({
      code: 'blog.slug_taken',
      errors: [{ pointer: '/slug' }],
    })
    expect(await writePost(admin, { slug: 'same', locale: 'de' })).toMatchObject({ locale: 'de' })
  })

  it('refuses what does not exist and says where', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const id = world.isolate.shared.ids.next()
    const cases = [
      [{ authorId: id }, 'blog.unknown_reference', '/authorId'],
      [{ categoryId: id }, 'blog.unknown_reference', '/categoryId'],
      [{ locale: 'fr' }, 'blog.locale_disabled', '/locale'],
      [{ title: '' }, 'invalid_input', '/title'],
      [{ slug: 'Not A Slug' }, 'invalid_input', '/slug'],
      [{ tenantId: id }, 'invalid_input', '/tenantId'],
      [{ status: 'published' }, 'invalid_input', '/status'],
      [{ cover: { url: 'javascript:alert(1)' } }, 'invalid_input', '/cover/url'],
      [{ tags: Array.from({ length: 21 }, (_, index) => `t${index}`) }, 'invalid_input', '/tags'],
    ] as const
    for (const [input, code, pointer] of cases) {
      const response = await admin.fetch('POST', POSTS, {
        body: { title: 'T', body: 'b', ...input },
      })
      const problem = await response.json<{ code: string; errors: { pointer: string }[] }>()
      expect([response.status, problem.code, problem.errors[0]?.pointer]).toEqual([
        422,
        code,
        pointer,
      ])
    }
    expect((await admin.json<{ items: unknown[] }>('GET', POSTS)).items).toEqual([])
  })

  it('is for those who hold the permission', async () => {
    const world = await createWorld()
    const body = { title: 'T', body: 'b' }
    expect((await world.anonymous.fetch('POST', POSTS, { body })).status).toBe(401)
    expect((await (await world.as('customer')).fetch('POST', POSTS, { body })).status).toBe(403)
  })
})

describe('changing a post', () => {
  it('needs the version that the writer has seen', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const post = await writePost(admin)
    const path = `${POSTS}/${post.id}`
    expect((await admin.fetch('PATCH', path, { body: { title: 'B' } })).status).toBe(428)
    const fresh = await admin.fetch('PATCH', path, { body: { title: 'B' }, headers: ifMatch(1) })
    expect(fresh.status).toBe(200)
    expect(fresh.headers.get('server-timing')).toContain('db-trips;desc="2"')
    expect(await fresh.json()).toMatchObject({ title: 'B', slug: 'a-post', version: 2 })
    const stale = await admin.fetch('PATCH', path, { body: { title: 'C' }, headers: ifMatch(1) })
    expect([stale.status, (await stale.json<{ code: string }>()).code]).toEqual([
      412,
      'precondition_failed',
    ])
    expect(await admin.json('GET', path)).toMatchObject({ title: 'B', version: 2 })
  })

  it('keeps what is absent and clears what is null', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const author = await admin.json<{ id: string }>('POST', '/api/v1/blog/authors', {
      body: { name: 'Ada' },
    })
    const post = await writePost(admin, {
      authorId: author.id,
      tags: ['x'],
      cover: { url: 'https://e.example/a.png', alt: 'A' },
    })
    expect(post).toMatchObject({ author: { name: 'Ada' }, cover: { alt: 'A' } })
    const path = `${POSTS}/${post.id}`
    const one = await admin.json('PATCH', path, { body: { excerpt: 'short' }, headers: ifMatch(1) })
    expect(one).toMatchObject({ author: { name: 'Ada' }, excerpt: 'short', tags: [{ slug: 'x' }] })
    const two = await admin.json('PATCH', path, {
      body: { authorId: null, cover: null, tags: [] },
      headers: ifMatch(2),
    })
    expect(two).toMatchObject({ author: null, cover: null, tags: [], excerpt: 'short' })
    expect(await admin.json('GET', path)).toEqual(two)
  })

  it('lets one of twenty writers with one tag through', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const post = await writePost(admin)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        admin.fetch('PATCH', `${POSTS}/${post.id}`, {
          body: { title: `T${index}` },
          headers: ifMatch(1),
        }),
      ),
    )
    expect(answers.map((answer) => answer.status).sort((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 19 }, () => 412),
    ])
  })

  it('is allowed to managers on their own posts only', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const manager = await world.as('manager')
    const theirs = await writePost(admin, { slug: 'theirs' })
    const own = await writePost(manager, { slug: 'own' })
    const edit = (id: string) =>
      manager.fetch('PATCH', `${POSTS}/${id}`, { body: { title: 'B' }, headers: ifMatch(1) })
    expect((await edit(theirs.id)).status).toBe(403)
    expect((await edit(own.id)).status).toBe(200)
  })
})

describe('the life of a post', () => {
  it('goes draft, published, draft, archived, draft, and to nobody else unless published', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const { id } = await writePost(admin)
    const act = (action: string) =>
      admin.fetch('POST', `${POSTS}/${id}/${action}`, action === 'publish' ? { body: {} } : {})
    const seen = async () => (await world.anonymous.fetch('GET', `${POSTS}/${id}`)).status
    const steps = [
      ['publish', 200, 'published', 200],
      ['publish', 409, 'published', 200],
      ['restore', 409, 'published', 200],
      ['unpublish', 200, 'draft', 404],
      ['unpublish', 409, 'draft', 404],
      ['archive', 200, 'archived', 404],
      ['publish', 409, 'archived', 404],
      ['restore', 200, 'draft', 404],
    ] as const
    for (const [action, status, state, visible] of steps) {
      expect((await act(action)).status, action).toBe(status)
      expect(await admin.json('GET', `${POSTS}/${id}`), action).toMatchObject({ status: state })
      expect(await seen(), action).toBe(visible)
    }
  })

  it('ends only for what readers cannot see', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const post = await writePost(admin, { publish: true })
    const remove = (version: number) =>
      admin.fetch('DELETE', `${POSTS}/${post.id}`, { headers: ifMatch(version) })
    expect((await remove(2)).status).toBe(409)
    await admin.json('POST', `${POSTS}/${post.id}/archive`)
    expect((await remove(2)).status).toBe(412)
    expect((await remove(3)).status).toBe(204)
    expect((await admin.fetch('GET', `${POSTS}/${post.id}`)).status).toBe(404)
  })

  it('dates back and schedules by publishAt; the cron tick publishes once when the hour has come', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const past = await writePost(admin, { slug: 'past' })
    const early = await admin.json('POST', `${POSTS}/${past.id}/publish`, {
      body: { publishAt: '2015-04-01T10:00:00Z' },
    })
    expect(early).toMatchObject({ status: 'published', publishedAt: '2015-04-01T10:00:00.000Z' })
    const later = await writePost(admin, { slug: 'later' })
    const at = new Date(world.clock.now() + 3_600_000).toISOString()
    const scheduled = await admin.json('POST', `${POSTS}/${later.id}/publish`, {
      body: { publishAt: at },
    })
    expect(scheduled).toMatchObject({ status: 'draft', publishAt: at, publishedAt: null })
    await world.tick()
    expect(await admin.json('GET', `${POSTS}/${later.id}`)).toMatchObject({ status: 'draft' })
    world.clock.advance(3_600_001)
    await Promise.all([world.tick(), world.tick()])
    const fresh = await world.as('admin')
    expect(await world.anonymous.json('GET', `${POSTS}/${later.id}`)).toMatchObject({
      status: 'published',
      publishedAt: at,
      version: 3,
    })
    expect(fresh).toBe(admin)
    expect(await world.eventsOf(later.id)).toEqual([
      'blog.post.created',
      'blog.post.scheduled',
      'blog.post.published',
    ])
  })
})

describe('what a commit leaves behind', () => {
  it('is an event a version and one audit row a change, and nothing for a refusal', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const post = await writePost(admin, { publish: true })
    await admin.fetch('PATCH', `${POSTS}/${post.id}`, { body: { title: 'B' }, headers: ifMatch(1) })
    await admin.json('PATCH', `${POSTS}/${post.id}`, { body: { title: 'C' }, headers: ifMatch(2) })
    expect(await world.eventsOf(post.id)).toEqual([
      'blog.post.created',
      'blog.post.published',
      'blog.post.updated',
    ])
    expect(await world.auditOf(post.id)).toEqual(['blog.post.created', 'blog.post.updated'])
  })
})

describe('Markdown that is nested too deeply', () => {
  it('is refused with its place, with and without an excerpt', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    for (const extra of [{}, { excerpt: 'given' }]) {
      const body = { title: 'T', body: '> '.repeat(2_000), ...extra }
      const response = await admin.fetch('POST', POSTS, { body })
      expect(response.status).toBe(422)
      expect(await response.json()).toMatchObject({ errors: [{ pointer: '/body' }] })
    }
  })
})

import { describe, expect, it } from 'vitest'
import { type World, createWorld } from '../../support/world.ts'
import { type PostBody, ifMatch, slugsOf, writePost } from './support.ts'

const POSTS = '/api/v1/blog/posts'
const anyVersion = { 'if-match': '*' }

async function createEditor() {
  const world = await createWorld()
  const admin = await world.as('admin')
  const patch = (id: string, body: object, headers: Record<string, string> = {}) =>
    admin.json<PostBody & { excerpt: string }>('PATCH', `${POSTS}/${id}`, {
      body,
      headers: { ...anyVersion, ...headers },
    })
  return { world, admin, patch }
}

describe('the excerpt of a post', () => {
  it('stays when it was written by hand, and follows a new body when it was made', async () => {
    const { admin, patch } = await createEditor()
    const byHand = await writePost(admin, { slug: 'by-hand', excerpt: 'By hand.' })
    expect(await patch(byHand.id, { body: 'Another text.' })).toMatchObject({ excerpt: 'By hand.' })
    const made = await writePost(admin, { slug: 'made' })
    expect(made).toMatchObject({ excerpt: 'Some text.' })
    expect(await patch(made.id, { title: 'B' })).toMatchObject({ excerpt: 'Some text.' })
    expect(await patch(made.id, { body: '*New* text.' })).toMatchObject({ excerpt: 'New text.' })
  })

  it('is made again for null, over REST and GraphQL', async () => {
    const { admin, patch } = await createEditor()
    const post = await writePost(admin, { excerpt: 'By hand.' })
    expect(await patch(post.id, { excerpt: null })).toMatchObject({ excerpt: 'Some text.' })
    await patch(post.id, { excerpt: 'By hand.' })
    const answer = await admin.graphql(
      'mutation ($id: ID!) { updatePost(id: $id, input: { body: "New.", excerpt: null }) { excerpt } }',
      { id: post.id },
    )
    expect(answer).toEqual({ data: { updatePost: { excerpt: 'New.' } } })
  })
})

describe('a change that names no locale', () => {
  const german = { 'accept-language': 'de' }

  async function createTranslated() {
    const editor = await createEditor()
    for (const locale of ['de', 'fr']) {
      const path = `/api/v1/tenant/locales/${locale}`
      await editor.admin.json('PUT', path, { body: { fallback: 'en' } })
    }
    return editor
  }

  it('reaches the text in the default locale whatever language the client prefers', async () => {
    const { admin, patch } = await createTranslated()
    const { id } = await writePost(admin, { title: 'Hello' })
    await admin.json('PUT', `${POSTS}/${id}/translations/de`, {
      body: { title: 'Hallo', body: 'Text' },
      headers: ifMatch(1),
    })
    expect(await patch(id, { title: 'Hi' }, german)).toMatchObject({ locale: 'en', title: 'Hi' })
    expect(await admin.json('GET', `${POSTS}/${id}?locale=de`)).toMatchObject({ title: 'Hallo' })
  })

  it('reaches the only text; of several others it is a new one that must be whole', async () => {
    const { admin, patch } = await createTranslated()
    const { id } = await writePost(admin, { locale: 'de', title: 'Hallo' })
    expect(await patch(id, { title: 'Servus' })).toMatchObject({ locale: 'de', title: 'Servus' })
    await admin.json('PUT', `${POSTS}/${id}/translations/fr`, {
      body: { title: 'Salut', body: 'Texte' },
      headers: anyVersion,
    })
    const refused = await admin.fetch('PATCH', `${POSTS}/${id}`, {
      body: { title: 'Hi' },
      headers: { ...anyVersion, ...german },
    })
    expect([refused.status, await refused.json()]).toMatchObject([
      422,
      { code: 'blog.new_translation', errors: [{ pointer: '/body' }] },
    ])
  })
})

describe('null in an input', () => {
  it('is as absent in a new post and clears in a change', async () => {
    const { admin, patch } = await createEditor()
    const nulls = { seo: null, excerpt: null, tags: null }
    const post = await writePost(admin, nulls)
    expect(post).toMatchObject({ seo: {}, excerpt: 'Some text.', tags: [] })
    const full = { seo: { title: 'S' }, excerpt: 'E', tags: ['x'] }
    expect(await patch(post.id, full)).toMatchObject({ ...full, tags: [{ slug: 'x' }] })
    const cleared = { seo: {}, excerpt: 'Some text.', tags: [] }
    expect(await patch(post.id, nulls)).toMatchObject(cleared)
    expect(await admin.json('GET', `${POSTS}/${post.id}`)).toMatchObject(cleared)
  })
})

function publish(world: World) {
  return async (id: string, publishAt?: string) => {
    const admin = await world.as('admin')
    const body = publishAt === undefined ? {} : { body: { publishAt } }
    return admin.json<PostBody>('POST', `${POSTS}/${id}/publish`, body)
  }
}

describe('the date of a post', () => {
  it('outlives its time as a draft and in the archive, and keeps its place in lists', async () => {
    const { world, admin } = await createEditor()
    const publishAs = publish(world)
    const old = await writePost(admin, { slug: 'old' })
    const date = '2015-04-01T10:00:00.000Z'
    await publishAs(old.id, date)
    await writePost(admin, { slug: 'new', publish: true })
    for (const actions of [
      ['unpublish'],
      ['archive', 'restore'],
      ['unpublish', 'archive', 'restore'],
    ]) {
      for (const action of actions) {
        const kept = await admin.json('POST', `${POSTS}/${old.id}/${action}`)
        expect(kept, action).toMatchObject({ publishedAt: date })
      }
      expect(await publishAs(old.id)).toMatchObject({ status: 'published', publishedAt: date })
      expect(await slugsOf(world.anonymous, POSTS)).toEqual(['new', 'old'])
    }
    await admin.json('POST', `${POSTS}/${old.id}/unpublish`)
    world.clock.advance(1000)
    const present = new Date(world.clock.now()).toISOString()
    expect(await publishAs(old.id, present)).toMatchObject({ publishedAt: present })
    expect(await slugsOf(world.anonymous, POSTS)).toEqual(['old', 'new'])
  })

  it('is the present for a publish without a body', async () => {
    const { world, admin } = await createEditor()
    const { id } = await writePost(admin)
    const response = await admin.fetch('POST', `${POSTS}/${id}/publish`)
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { status: 'published', publishedAt: new Date(world.clock.now()).toISOString() },
    ])
  })
})

describe('a scheduled draft', () => {
  it('is called off by unpublishing it, once', async () => {
    const { world, admin } = await createEditor()
    const { id } = await writePost(admin)
    const minute = 60_000
    await publish(world)(id, new Date(world.clock.now() + minute).toISOString())
    const off = await admin.json('POST', `${POSTS}/${id}/unpublish`)
    expect(off).toMatchObject({ status: 'draft', publishAt: null, publishedAt: null, version: 3 })
    const again = await admin.fetch('POST', `${POSTS}/${id}/unpublish`)
    expect([again.status, await again.json()]).toMatchObject([409, { code: 'blog.wrong_state' }])
    world.clock.advance(minute + 1)
    await world.tick()
    expect(await admin.json('GET', `${POSTS}/${id}`)).toMatchObject({ status: 'draft', version: 3 })
    expect(await world.eventsOf(id)).toEqual([
      'blog.post.created',
      'blog.post.scheduled',
      'blog.post.updated',
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { createWorld } from '../../support/world.ts'
import { type PostBody, ifMatch, writePost } from './support.ts'

const POSTS = '/api/v1/blog/posts'

async function createBilingual() {
  const world = await createWorld()
  const admin = await world.as('admin')
  await admin.json('PUT', '/api/v1/tenant/locales/de', { body: { fallback: 'en' } })
  await admin.json('PUT', '/api/v1/tenant/locales/de-AT', { body: { fallback: 'de' } })
  const post = await writePost(admin, { title: 'Hello', slug: 'hello', publish: true })
  const put = await admin.json<PostBody>('PUT', `${POSTS}/${post.id}/translations/de`, {
    body: { title: 'Hallo', body: 'Text', slug: 'hallo' },
    headers: ifMatch(2),
  })
  return { world, admin, post, put }
}

describe('the locales of a post', () => {
  it('answer the one asked for, else its fallbacks, else the default, and say which', async () => {
    const { world, post } = await createBilingual()
    const read = (query: string, headers = {}) =>
      world.anonymous.fetch('GET', `${POSTS}/${post.id}${query}`, { headers })
    const cases = [
      ['', {}, 'en', 'Hello'],
      ['?locale=de', {}, 'de', 'Hallo'],
      ['?locale=de-AT', {}, 'de', 'Hallo'],
      ['?locale=fr', {}, 'en', 'Hello'],
      ['', { 'accept-language': 'fr, de;q=0.8, en;q=0.5' }, 'de', 'Hallo'],
      ['', { 'accept-language': 'en-GB' }, 'en', 'Hello'],
      ['?locale=en', { 'accept-language': 'de' }, 'en', 'Hello'],
    ] as const
    for (const [query, headers, locale, title] of cases) {
      const response = await read(query, headers)
      expect(response.headers.get('content-language')).toBe(locale)
      expect(await response.json()).toMatchObject({ locale, title, availableLocales: ['de', 'en'] })
    }
  })

  it('find a post by the slug of any locale of the chain', async () => {
    const { world, post } = await createBilingual()
    expect(await world.anonymous.json('GET', `${POSTS}-by-slug/hallo?locale=de`)).toMatchObject({
      id: post.id,
      locale: 'de',
    })
    expect(await world.anonymous.json('GET', `${POSTS}-by-slug/hello?locale=de`)).toMatchObject({
      id: post.id,
      locale: 'de',
    })
    expect((await world.anonymous.fetch('GET', `${POSTS}-by-slug/hallo?locale=en`)).status).toBe(
      404,
    )
  })

  it('change one by one and never all of them', async () => {
    const { admin, post } = await createBilingual()
    await admin.json('PATCH', `${POSTS}/${post.id}`, {
      body: { locale: 'de', title: 'Servus' },
      headers: ifMatch(3),
    })
    expect(await admin.json('GET', `${POSTS}/${post.id}`)).toMatchObject({ title: 'Hello' })
    expect(await admin.json('GET', `${POSTS}/${post.id}?locale=de`)).toMatchObject({
      title: 'Servus',
      slug: 'hallo',
    })
  })

  it('are removed down to the last one', async () => {
    const { admin, post } = await createBilingual()
    const remove = (locale: string, version: number) =>
      admin.fetch('DELETE', `${POSTS}/${post.id}/translations/${locale}`, {
        headers: ifMatch(version),
      })
    expect((await remove('de-AT', 3)).status).toBe(404)
    const first = await remove('en', 3)
    expect([first.status, await first.json()]).toMatchObject([
      200,
      { locale: 'de', availableLocales: ['de'] },
    ])
    const last = await remove('de', 4)
    expect([last.status, await last.json()]).toMatchObject([409, { code: 'blog.last_translation' }])
  })
})

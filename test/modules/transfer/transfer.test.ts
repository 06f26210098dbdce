import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/kernel/limits.ts'
import { PASSWORD, createWorld } from '../../support/world.ts'
import { contentsOf } from '../../suites/support/database.ts'
import { createHouse, makePost } from '../../suites/support/house.ts'
import { createControl } from '../tenants/control.ts'
import { fillHouse, ownedTables } from '../tenants/erasure-support.ts'
import { exported, folderOf, hashesOf, look, readFile, rowsOf, settle, start } from './support.ts'

describe('an export and its import', () => {
  it('give equal checksums, and erasing the tenant between them loses nothing', async () => {
    const house = await createHouse()
    const { home } = house
    await makePost(house, { translated: true, publish: true, body: { tags: ['one', 'two'] } })
    await fillHouse(house)
    await env.FILES.put(`${home.tenantId}/2026/01/picture.png`, 'a picture')
    const control = { world: house.control, operator: await house.operator() }
    const first = await exported(control, home.slug)
    expect(first).toMatchObject({ state: 'done', error: null })
    const hashes = hashesOf(first)
    for (const name of ['users', 'roles', 'blog_posts', 'blog_post_translations', 'blog_post_tags'])
      expect(Number.parseInt(hashes[name] ?? '', 10), name).toBeGreaterThan(0)

    await control.operator.json('DELETE', `/api/v1/tenants/${home.tenantId}`, {
      headers: { 'if-match': '*' },
    })
    const body = { target: home.slug, now: true }
    await control.operator.json('POST', '/api/v1/tenants/tasks/erase', { body })
    expect(await rowsOf(control.world, home.tenantId, 'users')).toBe(0)

    const slug = `${home.slug}-again`
    const started = await start(control, 'import', { exportId: first.id, slug })
    await settle(control, started.id)
    expect(await look(control, started.id)).toMatchObject({ state: 'done', error: null })
    const second = await exported(control, slug)
    expect(hashesOf(second)).toEqual(hashes)
    expect(second.manifest?.tenant).toMatchObject({
      defaultLocale: first.manifest?.tenant.defaultLocale,
      settings: first.manifest?.tenant.settings,
    })
  }, 240_000)

  it('make a tenant of which people can go on, and which reaches nobody else', async () => {
    const control = await createControl()
    const home = await createWorld()
    const admin = await home.as('admin')
    const title = { title: 'Post', body: 'Text', publish: true }
    const post = await admin.json<{ slug: string }>('POST', '/api/v1/blog/posts', { body: title })
    const host = `${home.slug}.example`
    await admin.json('POST', '/api/v1/tenant/domains', { body: { host } })
    const { operator, world } = control
    await operator.json('POST', `/api/v1/tenants/${home.tenantId}/domains/${host}/verify`)
    const hook = { url: 'http://127.0.0.1:9/hook', events: ['blog.post.*'], description: 'All' }
    const endpoint = await admin.json<{ id: string }>('POST', '/api/v1/webhooks/endpoints', {
      body: hook,
    })
    await env.FILES.put(`${home.tenantId}/2026/01/note.txt`, 'a note', {
      httpMetadata: { contentType: 'text/plain' },
    })
    const before = await contentsOf([home.tenantId])

    const slug = control.fresh()
    const started = await start(control, 'clone', { source: home.slug, slug })
    expect(await settle(control, started.id)).toBe('done')
    await world.drain()
    const { tenantId } = started

    const note = await env.FILES.get(`${tenantId}/2026/01/note.txt`)
    expect([await note?.text(), note?.httpMetadata?.contentType]).toEqual(['a note', 'text/plain'])
    const origin = `https://${slug}.rustok.test`
    const visible = await home.anonymous.fetch(
      'GET',
      `${origin}/api/v1/blog/posts-by-slug/${post.slug}`,
    )
    expect(visible.status).toBe(200)
    const body = { email: `admin@${home.slug}.example`, password: PASSWORD }
    const login = await home.anonymous.fetch('POST', `${origin}/api/v1/auth/login`, { body })
    expect(login.status).toBe(200)
    const { accessToken } = await login.json<{ accessToken: string }>()
    const headers = { authorization: `Bearer ${accessToken}` }
    const read = async (path: string) =>
      (await home.anonymous.fetch('GET', origin + path, { headers })).json<
        Record<string, unknown>
      >()
    expect(await read('/api/v1/tenant/domains')).toMatchObject({
      items: [{ host, verifiedAt: null }],
    })
    expect(await read(`/api/v1/webhooks/endpoints/${endpoint.id}`)).toMatchObject({
      url: hook.url,
      state: 'disabled',
    })
    const rotate = `${origin}/api/v1/webhooks/endpoints/${endpoint.id}/rotate-secret`
    const rotated = await home.anonymous.fetch('POST', rotate, {
      headers: { ...headers, 'if-match': '*' },
    })
    expect(rotated.status).toBe(200)
    // The session of the original is none of the copy's.
    const foreign = await admin.fetch('GET', `${origin}/api/v1/auth/users`)
    expect(foreign.status).toBe(404)
    expect(await contentsOf([home.tenantId])).toBe(before)
  }, 120_000)

  it('leave out what only this deployment can use, and say why', async () => {
    const control = await createControl()
    const home = await createWorld()
    await home.as('admin')
    const { manifest, id } = await exported(control, home.slug)
    const names = manifest?.tables.map(({ name }) => name) ?? []
    const left = Object.keys(manifest?.leftOut ?? {})
    expect([...names, ...left].toSorted()).toEqual((await ownedTables()).toSorted())
    expect(left).toEqual(
      expect.arrayContaining(['sessions', 'refresh_tokens', 'second_factors', 'api_keys', 'jobs']),
    )
    expect(Object.values(manifest?.leftOut ?? {}).filter((reason) => reason === '')).toEqual([])
    const users = await readFile(`${folderOf(control, id)}users/000000.ndjson`)
    expect(users).toContain('$argon2id$')
    expect(users).not.toContain(home.tenantId)
  })

  it('is removed after its time', async () => {
    const control = await createControl()
    const home = await createWorld()
    const { id } = await exported(control, home.slug)
    const prefix = folderOf(control, id)
    control.world.clock.advance(limits.transfer.keptDays * 86_400_000 - 1)
    await control.world.drain()
    expect((await env.FILES.list({ prefix })).objects.length).toBeGreaterThan(1)
    control.world.clock.advance(1)
    await control.world.drain()
    expect((await env.FILES.list({ prefix })).objects).toEqual([])
  })
})

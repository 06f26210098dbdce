import { beforeAll, describe, expect, it } from 'vitest'
import { mountedRoutes } from '../../../src/app/routes.ts'
import { type Client, type World, createWorld } from '../../support/world.ts'

const POSTS = '/api/v1/blog/posts'

let world: World
let manager: Client
let path: string
let tag: string

beforeAll(async () => {
  world = await createWorld()
  manager = await world.as('manager')
  const { id } = await manager.json<{ id: string }>('POST', POSTS, {
    body: { title: 'Read often', body: 'text', publish: true },
  })
  path = `${POSTS}/${id}`
  tag = (await world.anonymous.fetch('GET', path)).headers.get('etag') ?? ''
})

const read = (ifNoneMatch: string, client = world.anonymous, method = 'GET') =>
  client.fetch(method, path, { headers: { 'if-none-match': ifNoneMatch } })

describe('If-None-Match', () => {
  const opaque = () => tag.slice(1, -1)

  it.each([
    ['the tag', () => tag],
    ['the tag made weak', () => `W/${tag}`],
    ['a list that holds the tag', () => `"other", ${tag}, "third"`],
    ['a list with the tag made weak', () => `"other",W/${tag}`],
    ['a list with commas inside of tags', () => `"a,b" , ${tag}`],
    ['anything', () => '*'],
    ['blanks around the tag', () => ` ${tag} `],
  ])('of %s spares the body', async (_, header) => {
    const answer = await read(header())
    expect([answer.status, await answer.text()]).toEqual([304, ''])
  })

  it.each([
    ['another tag', () => '"other"'],
    ['the tag without quotes', opaque],
    ['the tag with one quote', () => `"${opaque()}`],
    ['a lower-case weak mark', () => `w/${tag}`],
    ['an empty text', () => ''],
    ['only commas', () => ',,,'],
    ['a part of the tag', () => `"${opaque().slice(0, -1)}"`],
  ])('of %s answers in full', async (_, header) => {
    const answer = await read(header())
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ title: 'Read often' })
  })

  it('that is met keeps what caches need and says no type', async () => {
    for (const client of [world.anonymous, manager]) {
      const full = await client.fetch('GET', path)
      const spared = await read(full.headers.get('etag') ?? '', client)
      for (const name of ['etag', 'cache-control', 'vary', 'content-language', 'x-request-id'])
        expect(spared.headers.has(name), name).toBe(true)
      for (const name of ['etag', 'cache-control', 'vary', 'content-language'])
        expect(spared.headers.get(name), name).toBe(full.headers.get(name))
      expect(spared.headers.has('content-type')).toBe(false)
    }
  })

  it('spares a HEAD too, and changes nothing for a write', async () => {
    expect((await read(tag, world.anonymous, 'HEAD')).status).toBe(304)
    const write = await manager.fetch('POST', POSTS, {
      body: { title: 'Not spared', body: 'x' },
      headers: { 'if-none-match': '*' },
    })
    expect(write.status).toBe(201)
  })
})

describe('an entity tag', () => {
  it('stays while the answer does, and changes with it', async () => {
    expect((await world.anonymous.fetch('GET', path)).headers.get('etag')).toBe(tag)
    const { headers } = await manager.fetch('PATCH', path, {
      body: { excerpt: 'New words' },
      headers: { 'if-match': tag },
    })
    const changed = headers.get('etag')
    const ofWriter = await manager.fetch('GET', path)
    expect(ofWriter.headers.get('etag')).toBe(changed)
    const ofAnybody = (await world.anonymous.fetch('GET', path)).headers.get('etag')
    expect(ofAnybody).not.toBe(tag)
    expect((await read(tag)).status).toBe(200)
    tag = ofAnybody ?? ''
  })

  it('is on every GET, lists and feeds included', async () => {
    const documents = ['/openapi.json', '/docs', '/account/reset', '/problems/not_found']
    for (const target of [POSTS, '/api/v1/blog/feed.rss', ...documents, '/api/v1/tenant']) {
      const client = target === '/api/v1/tenant' ? await world.as('admin') : world.anonymous
      const answer = await client.fetch('GET', target)
      const etag = answer.headers.get('etag') ?? ''
      expect(etag, target).toMatch(/^"[^"]+"$/)
      const spared = await client.fetch('GET', target, { headers: { 'if-none-match': etag } })
      expect([spared.status, await spared.text()], target).toEqual([304, ''])
      for (const name of ['etag', 'cache-control', 'content-security-policy'])
        expect(spared.headers.get(name), `${target} ${name}`).toBe(answer.headers.get(name))
    }
  })
})

describe('If-Match', () => {
  it('is needed by every change and removal of what is told with a version', () => {
    const routes = mountedRoutes()
    const versioned = new Set(
      routes.flatMap(({ path: at, route }) =>
        route.method === 'get' && route.version !== undefined ? at : [],
      ),
    )
    const free = routes.filter(
      ({ path: at, route }) =>
        versioned.has(at) && route.method !== 'get' && route.ifMatch !== 'required',
    )
    expect(versioned.size).toBeGreaterThan(5)
    expect(free.map(({ route }) => route.operationId)).toEqual([])
  })

  const change = (headers: Record<string, string>) =>
    manager.fetch('PATCH', path, { body: { excerpt: 'Again' }, headers })

  it.each([
    ['missing', undefined, 428, 'precondition_required'],
    ['of an older version', '"1"', 412, 'precondition_failed'],
    ['of a tag that is not ours', '"other"', 412, 'precondition_failed'],
    ['of a tag with a comma inside', '"a,b"', 412, 'precondition_failed'],
    ['that is no tag', 'seven', 400, 'bad_request'],
    ['that is empty', '', 400, 'bad_request'],
    ['of several versions that are all old', '"1.a", "0.b"', 412, 'precondition_failed'],
    ['of a list that breaks off', '"1.a", seven', 400, 'bad_request'],
    ['of one version twice', '"1.a", "1.b", W/"2.c"', 412, 'precondition_failed'],
  ])('%s is told', async (_, header, status, code) => {
    const answer = await change(header === undefined ? {} : { 'if-match': header })
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ status, code })
  })

  it('of a weak tag matches nothing', async () => {
    expect((await change({ 'if-match': `W/${tag}` })).status).toBe(412)
  })

  it('of any version, and of the right one in a list, lets the write through', async () => {
    const first = await change({ 'if-match': '*' })
    expect(first.status).toBe(200)
    const second = await change({ 'if-match': `"other", ${first.headers.get('etag')}` })
    expect(second.status).toBe(200)
    const third = await change({ 'if-match': `"1.a", ${second.headers.get('etag')}, "999"` })
    expect(third.status).toBe(200)
  })

  it('of an older version is told the one that is current', async () => {
    const { version } = await manager.json<{ version: number }>('GET', path)
    for (const other of ['"1"', `"${version}f"`, `"${version}-1"`]) {
      const answer = await change({ 'if-match': other })
      expect(answer.status, other).toBe(412)
      expect(await answer.json()).toMatchObject({
        detail: `The resource has changed; its version is ${version}.`,
      })
    }
  })
})

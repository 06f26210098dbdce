import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inRoot } from '../../scripts/support/paths.ts'
import { type Outcome, capture } from '../../scripts/support/process.ts'
import { type JsonAnswer, type RunningWorker, callJson, startBundle } from './support/worker.ts'

const EMAIL = 'admin@demo.example'
const SLUG = 'from-a-folder'

let running: RunningWorker
let token: string

beforeAll(async () => {
  running = await startBundle()
  await running.seed('dev')
})

afterAll(() => running.close())

const call = (
  method: string,
  path: string,
  options: { body?: unknown; ifMatch?: string; tenant?: string; token?: string } = {},
): Promise<JsonAnswer> =>
  callJson(`${running.origin}${path}`, {
    method,
    headers: {
      'x-tenant-id': options.tenant ?? 'demo',
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      ...(options.ifMatch === undefined ? {} : { 'if-match': options.ifMatch }),
    },
    ...(options.body === undefined ? {} : { body: options.body }),
  })

const text = async (path: string, tenant = 'demo'): Promise<string> => {
  const headers = { 'x-tenant-id': tenant }
  const response = await fetch(`${running.origin}/api/v1/blog/${path}`, { headers })
  expect(response.status).toBe(200)
  return response.text()
}

const publicPlaces = [
  'posts?limit=100',
  'feed.rss',
  'feed.atom',
  'feed.json',
  'sitemap.xml',
] as const

const placesWith = async (word: string, tenant?: string): Promise<string[]> => {
  const places: string[] = []
  for (const place of publicPlaces) {
    if ((await text(place, tenant)).includes(word)) places.push(place)
  }
  return places
}

const apollo = (tenant: string, authorization?: string) =>
  new ApolloClient({
    cache: new InMemoryCache(),
    link: new HttpLink({
      uri: `${running.origin}/graphql`,
      headers: {
        'X-Tenant-ID': tenant,
        ...(authorization === undefined ? {} : { Authorization: authorization }),
      },
    }),
  })

const POSTS = gql`
  query Posts($limit: Int!) {
    posts(limit: $limit) {
      items {
        id
        slug
        title
        author {
          name
        }
      }
      nextCursor
    }
  }
`

const RENAME = gql`
  mutation Rename($id: ID!, $version: Int!, $title: String!) {
    updatePost(id: $id, version: $version, input: { title: $title }) {
      id
      title
      version
    }
  }
`

const importFolder = async (files: Readonly<Record<string, string>>): Promise<Outcome> => {
  const folder = await mkdtemp(join(tmpdir(), 'tour-'))
  try {
    for (const [name, content] of Object.entries(files))
      await writeFile(join(folder, name), content)
    const flags = ['--url', running.origin, '--tenant', 'demo']
    const command = [
      process.execPath,
      inRoot('scripts', 'task.ts'),
      'blog:import',
      ...flags,
      folder,
    ]
    const env = { RUSTOK_EMAIL: EMAIL, RUSTOK_PASSWORD: running.password }
    return await capture([process.execPath, ...command.slice(1)], { env })
  } finally {
    await rm(folder, { recursive: true })
  }
}

// Each test goes on from where the one before left the tenant.
describe('a team that starts with the platform', () => {
  it('signs in with the printed log-in', async () => {
    token = await running.logIn('demo', EMAIL)
    const { body } = await call('GET', '/api/v1/auth/me', { token })
    expect(body).toMatchObject({ email: EMAIL, roles: ['admin'] })
  })

  it('imports a folder of posts by npm run task', async () => {
    const post = '---\ntitle: From a folder\ndate: 2026-02-01\nauthor: Ada\n---\n\nHello *there*.\n'
    const { code, stdout } = await importFolder({ [`${SLUG}.md`]: post, 'broken.md': 'no title' })
    expect(stdout).toContain('Posts: 1 created, 0 there already, 0 deleted since, 1 not imported')
    expect(stdout).toContain('broken.md: it has neither a title nor a heading')
    expect(code).toBe(1)
  })

  it('reads them by fetch as curl does', async () => {
    const { status, body } = await call('GET', `/api/v1/blog/posts-by-slug/${SLUG}`)
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { title: 'From a folder', author: { name: 'Ada' } },
    })
    expect(await placesWith(SLUG)).toEqual(publicPlaces)
  })

  it('reads them by Apollo Client', async () => {
    const { data } = await apollo('demo').query({ query: POSTS, variables: { limit: 100 } })
    expect(data).toMatchObject({
      posts: {
        items: expect.arrayContaining([
          expect.objectContaining({ slug: SLUG, author: expect.objectContaining({ name: 'Ada' }) }),
        ]),
        nextCursor: null,
      },
    })
  })

  it('is told 412 for a stale If-Match, and edits with a fresh one', async () => {
    const read = await call('GET', `/api/v1/blog/posts-by-slug/${SLUG}`)
    const ifMatch = read.headers.get('etag') ?? ''
    const { id } = Object(read.body)
    const edit = (title: string, tag: string) =>
      call('PATCH', `/api/v1/blog/posts/${id}`, { token, ifMatch: tag, body: { title } })
    const fresh = await edit('Edited once', ifMatch)
    expect(fresh).toMatchObject({ status: 200, body: { title: 'Edited once' } })
    expect(await edit('Overwritten unseen', ifMatch)).toMatchObject({
      status: 412,
      body: { status: 412, code: expect.any(String) },
    })
    expect((await call('GET', `/api/v1/blog/posts-by-slug/${SLUG}`)).body).toMatchObject({
      title: 'Edited once',
    })
  })

  it('edits by a mutation of Apollo Client, unless it is stale', async () => {
    const { body } = await call('GET', `/api/v1/blog/posts-by-slug/${SLUG}`)
    const { id, version } = Object(body)
    const client = apollo('demo', `Bearer ${token}`)
    const rename = (title: string) =>
      client.mutate({ mutation: RENAME, variables: { id, version, title }, errorPolicy: 'all' })
    expect((await rename('Edited by Apollo')).data).toMatchObject({
      updatePost: { title: 'Edited by Apollo', version: version + 1 },
    })
    const { error } = await rename('Overwritten unseen')
    expect(error?.message).toMatch(/changed/)
  })

  it('publishes a draft, and feeds and sitemap change', async () => {
    const body = { title: 'Fresh from the tour', body: 'Text.' }
    const created = await call('POST', '/api/v1/blog/posts', { token, body })
    expect(created.status).toBe(201)
    expect(await placesWith('fresh-from-the-tour')).toEqual([])
    const address = created.headers.get('location')
    const published = await call('POST', `${address}/publish`, { token, body: {} })
    expect(published).toMatchObject({ status: 200, body: { status: 'published' } })
    expect(await placesWith('fresh-from-the-tour')).toEqual(publicPlaces)
  })

  it('is not seen by a second tenant, nor can its token go there', async () => {
    expect(await placesWith(SLUG, 'acme')).toEqual([])
    expect(await placesWith('fresh-from-the-tour', 'acme')).toEqual([])
    const { data } = await apollo('acme').query({ query: POSTS, variables: { limit: 100 } })
    expect(JSON.stringify(data)).not.toContain(SLUG)
    const strangers = await running.logIn('acme', 'admin@acme.example')
    const read = await call('GET', `/api/v1/blog/posts-by-slug/${SLUG}`)
    const { id } = Object(read.body)
    const address = `/api/v1/blog/posts/${id}`
    expect((await call('GET', address, { tenant: 'acme', token: strangers })).status).toBe(404)
    expect((await call('GET', address, { tenant: 'acme', token })).status).toBe(404)
  })
})

import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { streamArchive } from '../../../src/modules/transfer/files/service/archive.ts'
import { createWorld } from '../../support/world.ts'
import type { Storage } from '../../../src/ports/storage.ts'
import { type Control, createControl } from '../tenants/control.ts'
import { untar } from './people-support.ts'
import { exported, folderOf } from './support.ts'

/** Longer than a name of a tar header, and not of ASCII alone. */
const LONG = `2026/01/${'x'.repeat(120)}ü.txt`

let control: Control
let id: string
let slug: string

beforeAll(async () => {
  control = await createControl()
  const source = await createWorld()
  slug = source.slug
  await source.as('admin')
  await env.FILES.put(`${source.tenantId}/2026/01/note.txt`, 'a note of thirty bytes, or so..', {
    httpMetadata: { contentType: 'text/html' },
  })
  await env.FILES.put(`${source.tenantId}/${LONG}`, 'long')
  await env.FILES.put(`${source.tenantId}/exports/x/manifest.json`, 'another export')
  id = (await exported(control, slug)).id
})

const get = (name: string, headers: Record<string, string> = {}, method = 'GET') =>
  control.operator.fetch(
    method,
    `/api/v1/transfer/${id}/content?name=${encodeURIComponent(name)}`,
    { headers },
  )

describe('a file of an export', () => {
  it('comes whole, as what it is, to be saved and not shown', async () => {
    const response = await get('manifest.json')
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'content-disposition': expect.stringContaining('attachment; filename="manifest.json"'),
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    })
    const stored = await env.FILES.get(`${folderOf(control, id)}manifest.json`)
    expect(await response.text()).toBe(await stored?.text())
    const note = await get('content/2026/01/note.txt')
    expect(note.headers.get('content-type')).toBe('text/html')
    expect(await note.text()).toBe('a note of thirty bytes, or so..')
  })

  it('comes in ranges, and not again while it is the same', async () => {
    const name = 'content/2026/01/note.txt'
    const etag = (await get(name, {}, 'HEAD')).headers.get('etag') ?? ''
    expect(etag).toMatch(/^".+"$/)
    const part = await get(name, { range: 'bytes=2-5', 'if-range': etag })
    expect([part.status, await part.text()]).toEqual([206, 'note'])
    expect(part.headers.get('content-range')).toBe('bytes 2-5/31')
    const end = await get(name, { range: 'bytes=-4' })
    expect([end.status, await end.text()]).toEqual([206, 'so..'])
    const stale = await get(name, { range: 'bytes=2-5', 'if-range': '"other"' })
    expect([stale.status, (await stale.text()).length]).toEqual([200, 31])
    const beyond = await get(name, { range: 'bytes=99-' })
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */31'])
    const same = await get(name, { 'if-none-match': `W/${etag}` })
    expect([same.status, await same.text()]).toEqual([304, ''])
    expect((await get(name, { 'if-match': '"other"' })).status).toBe(412)
  })

  it.each(['../x', 'progress.json', 'users/000000.ndjson/../../x', 'content/../manifest.json'])(
    'is not there as %s',
    async (name) => expect([404, 422]).toContain((await get(name)).status),
  )

  it('is for operators of the control tenant alone', async () => {
    const stranger = await (await createWorld()).as('super_admin')
    for (const path of [`${id}/content?name=manifest.json`, `${id}/archive`]) {
      expect((await stranger.fetch('GET', `/api/v1/transfer/${path}`)).status).toBe(404)
      const lesser = await control.world.as('admin')
      expect((await lesser.fetch('GET', `/api/v1/transfer/${path}`)).status).toBe(403)
    }
  })
})

describe('the archive of an export', () => {
  it('has every file as it is in the store, whatever its name', async () => {
    const response = await control.operator.fetch('GET', `/api/v1/transfer/${id}/archive`)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/x-tar',
      'content-disposition': expect.stringContaining(`filename="export-${id}.tar"`),
    })
    const files = untar(await response.bytes())
    const folder = folderOf(control, id)
    const { objects } = await env.FILES.list({ prefix: folder })
    expect([...files.keys()]).toEqual(objects.map(({ key }) => key.slice(folder.length)))
    expect(files.has(`content/${LONG}`)).toBe(true)
    expect([...files.keys()].some((name) => name.includes('exports/x'))).toBe(false)
    for (const { key } of objects) {
      const stored = await (await env.FILES.get(key))?.bytes()
      expect(files.get(key.slice(folder.length))).toEqual(stored)
    }
  })

  it('asks the store for no file before the client has taken the one before', async () => {
    const { storage } = control.world.deps()
    const asked: string[] = []
    const noted: Storage = {
      ...storage,
      list: (options) => storage.list(options),
      get: (key, options) => {
        if (!key.endsWith('manifest.json')) asked.push(key)
        return storage.get(key, options)
      },
    }
    const at = { ownerId: control.world.tenantId, exportId: id, header: () => undefined }
    const { body } = await streamArchive({ storage: noted }, at)
    const reader = body?.getReader()
    expect(asked).toEqual([])
    await reader?.read()
    expect(asked.length).toBe(1)
    await reader?.cancel()
  })

  it('breaks off when a file is not what it was', async () => {
    const again = await exported(control, slug)
    const folder = folderOf(control, again.id)
    const { storage } = control.world.deps()
    const broken: Storage = {
      ...storage,
      list: (options) => storage.list(options),
      get: (key, options) =>
        key.includes('/users/') ? Promise.resolve(undefined) : storage.get(key, options),
    }
    const at = { ownerId: control.world.tenantId, exportId: again.id, header: () => undefined }
    const { body } = await streamArchive({ storage: broken }, at)
    await expect(new Response(body).bytes()).rejects.toThrow('a file has changed')
    await env.FILES.delete(`${folder}manifest.json`)
    const response = await control.operator.fetch('GET', `/api/v1/transfer/${again.id}/archive`)
    expect(await response.json()).toMatchObject({ code: 'transfer.not_complete' })
  })
})

describe('a second start', () => {
  it('of the same export or import is refused while one is under way', async () => {
    const { operator } = control
    const empty = await control.create()
    const start = async (path: string, body: object) => {
      const response = await operator.fetch('POST', `/api/v1/transfer/${path}`, { body })
      return [response.status, (await response.json<{ code?: string }>()).code]
    }
    const into = { exportId: id, target: empty.slug }
    expect(await start('exports', { target: slug })).toEqual([202, undefined])
    expect(await start('exports', { target: slug })).toEqual([409, 'transfer.under_way'])
    expect(await start('clones', { source: slug, target: empty.slug })).toEqual([
      409,
      'transfer.under_way',
    ])
    expect(await start('imports', into)).toEqual([202, undefined])
    expect(await start('imports', into)).toEqual([409, 'transfer.under_way'])
    await control.world.drain()
    expect(await start('exports', { target: slug })).toEqual([202, undefined])
    await control.world.drain()
  })

  it('does over GraphQL what it does over REST, and is audited', async () => {
    const { operator } = control
    const empty = await control.create()
    const exportTenant =
      'mutation ($target: String!) { exportTenant(target: $target) { id tenantId } }'
    const { data } = await operator.graphql<{ exportTenant: { id: string; tenantId: string } }>(
      exportTenant,
      { target: slug },
    )
    const started = data?.exportTenant ?? { id: '', tenantId: '' }
    await control.world.drain()
    const told = await operator.graphql<{ transfer: { state: string; manifestJson: string } }>(
      'query ($id: ID!) { transfer(id: $id) { state manifestJson } }',
      { id: started.id },
    )
    expect(told.data?.transfer.state).toBe('done')
    expect(JSON.parse(told.data?.transfer.manifestJson ?? '')).toMatchObject({ format: 1 })
    const imported = await operator.graphql(
      'mutation ($e: ID!, $t: String!) { importTenant(exportId: $e, target: $t) { id } }',
      { e: started.id, t: empty.id },
    )
    expect(imported.errors).toBeUndefined()
    const again = await operator.graphql(
      'mutation ($e: ID!, $t: String!) { importTenant(exportId: $e, target: $t) { id } }',
      { e: started.id, t: empty.id },
    )
    expect(again.errors?.[0]?.extensions.code).toBe('TRANSFER_UNDER_WAY')
    await control.world.drain()
    expect(await control.world.auditOf(started.tenantId)).toEqual(
      expect.arrayContaining(['transfer.export.started', 'transfer.export.finished']),
    )
  })
})

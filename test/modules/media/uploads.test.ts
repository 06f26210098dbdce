import { describe, expect, it } from 'vitest'
import { createWorld } from '../../support/world.ts'
import {
  booksOf,
  bytesOf,
  codeOf,
  longText,
  png,
  sendBytes,
  sha256Of,
  storedKeys,
  upload,
} from './support.ts'

describe('an uploaded file', () => {
  it('is an asset that tells what it is, and is read byte for byte', async () => {
    const world = await createWorld()
    const bytes = png(3, 2)
    const asset = await upload(world, bytes, '?name=a.gif')
    expect(asset).toMatchObject({
      name: 'a.gif',
      kind: 'image',
      state: 'ready',
      visibility: 'public',
      file: {
        number: 1,
        bytes: 64,
        sha256: await sha256Of(bytes),
        mediaType: 'image/png',
        width: 3,
        height: 2,
        url: `/media/${asset.id}/1/a.gif`,
      },
    })
    const read = await world.anonymous.fetch('GET', asset.file.url)
    expect(await read.bytes()).toEqual(bytes)
    expect(await world.eventsOf(asset.id)).toEqual(['media.asset.ready'])
    expect(await world.auditOf(asset.id)).toEqual(['media.asset.ready'])
    const [key] = await storedKeys(world)
    expect(key).toMatch(new RegExp(`^${world.tenantId}/\\d{4}/\\d{2}/[0-9a-f-]{36}\\.png$`))
  })

  const LARGE = 12_000_000

  it.each([
    ['of a few bytes', 10, true],
    ['of one part', 5_242_880, true],
    ['of one part and a byte', 5_242_881, true],
    ['that is large', LARGE, true],
    ['of a few bytes without a length', 10, false],
    ['of exactly one part without a length', 5_242_880, false],
    ['of two parts without a length', 10_485_760, false],
    ['that is large without a length', LARGE, false],
  ])('%s keeps its bytes and its checksum', async (_, length, told) => {
    const world = await createWorld()
    const bytes = longText(length)
    const { file } = await upload(world, bytes, '', { told })
    const sha256 = await sha256Of(bytes)
    expect(file).toMatchObject({ bytes: length, sha256 })
    const read = await world.anonymous.fetch('GET', file.url)
    expect(await sha256Of(await read.bytes())).toBe(sha256)
    expect(await booksOf(world)).toEqual({
      objects: [{ state: 'kept', bytes: length }],
      bytes: length,
    })
  })

  it('is found by its type and in its folder, newest first', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const folder = await admin.json<{ id: string }>('POST', '/api/v1/media/folders', {
      body: { name: 'Texts' },
    })
    const text = await upload(world, bytesOf('Text'), `?folderId=${folder.id}&name=B.txt`)
    const image = await upload(world, png(), '?name=A.png')
    const list = async (query: string) => {
      const page = await admin.json<{ items: { id: string }[] }>(
        'GET',
        `/api/v1/media/assets?${query}`,
      )
      return page.items.map(({ id }) => id)
    }
    expect(await list('')).toEqual([image.id, text.id])
    expect(await list('kind=image')).toEqual([image.id])
    expect(await list(`folder=${folder.id}`)).toEqual([text.id])
    expect(await list('folder=none')).toEqual([image.id])
    expect(await list('q=b')).toEqual([text.id])
    expect(await list('state=trashed')).toEqual([])
  })

  it('needs the permission', async () => {
    const world = await createWorld()
    const send = async (client: Parameters<typeof sendBytes>[1]) =>
      codeOf(await sendBytes(world, client, bytesOf('Text')))
    expect(await send(world.anonymous)).toBe('401 unauthenticated')
    expect(await send(await world.as('customer'))).toBe('403 forbidden')
    expect(await storedKeys(world)).toEqual([])
  })
})

describe('a file that is replaced', () => {
  it('keeps its asset and its old address', async () => {
    const world = await createWorld()
    const first = await upload(world, bytesOf('First.'))
    const second: typeof first = await upload(world, png(), '', {
      method: 'PUT',
      path: `/api/v1/media/assets/${first.id}/file`,
      headers: { 'if-match': '"1"' },
    })
    expect(second).toMatchObject({ id: first.id, version: 2, kind: 'image', file: { number: 2 } })
    const text = async (url: string) => (await world.anonymous.fetch('GET', url)).text()
    expect(await text(first.file.url)).toBe('First.')
    expect(await text(second.file.url)).toContain('PNG')
    const admin = await world.as('admin')
    const files = await admin.json<{ items: { number: number }[] }>(
      'GET',
      `/api/v1/media/assets/${first.id}/files`,
    )
    expect(files.items.map(({ number }) => number)).toEqual([2, 1])
    expect(await world.eventsOf(first.id)).toEqual(['media.asset.ready', 'media.asset.replaced'])
  })

  it('is refused for another version, and nothing is left', async () => {
    const world = await createWorld()
    const { id } = await upload(world)
    const path = `/api/v1/media/assets/${id}/file`
    const headers = { 'if-match': '"7"' }
    const admin = await world.as('admin')
    const refused = await sendBytes(world, admin, png(), { method: 'PUT', path, headers })
    expect(await codeOf(refused)).toBe('412 precondition_failed')
    expect(await storedKeys(world)).toHaveLength(1)
    expect((await booksOf(world)).objects).toHaveLength(1)
  })
})

describe('an upload that cannot be taken', () => {
  it.each([
    ['nothing', new Uint8Array(), {}],
    ['bytes of no type', new Uint8Array([1, 2, 3, 4]), {}],
    ['a page', bytesOf('<!doctype html><script>alert(1)</script>'), {}],
    ['a page behind spaces', bytesOf(' \n\t<html>'), {}],
    ['a drawing with scripts', bytesOf('<svg onload="alert(1)"/>'), {}],
    ['a text that claims to be an image', bytesOf('Text'), { 'content-type': 'image/png' }],
    ['an image that is cut off', png().slice(0, 20), {}],
    ['an image of too many pixels', png(100_000, 100_000), {}],
    ['a program', bytesOf('MZ\u0000\u0001'), {}],
  ])('is refused for %s, and leaves nothing', async (_, bytes, headers) => {
    const world = await createWorld()
    const response = await sendBytes(world, await world.as('admin'), bytes, { headers })
    expect(await codeOf(response)).toBe('415 media.type_refused')
    expect(await storedKeys(world)).toEqual([])
    expect(await booksOf(world)).toEqual({ objects: [], bytes: 0 })
  })

  it('is cut off at the bound of a file, told or not', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const settings = { fileBytes: 100_000 }
    await admin.json('PATCH', '/api/v1/tenant/modules/media', { body: { settings } })
    expect((await upload(world, longText(100_000), '', { told: false })).file.bytes).toBe(100_000)
    for (const told of [true, false]) {
      const response = await sendBytes(world, admin, longText(100_001), { told })
      expect(await codeOf(response)).toBe('413 content_too_large')
    }
    expect(await storedKeys(world)).toHaveLength(1)
    expect((await booksOf(world)).bytes).toBe(100_000)
  })

  it('is cut off at the quota of the tenant, told or not, large or small', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const settings = { quotaBytes: 6_000_000 }
    await admin.json('PATCH', '/api/v1/tenant/modules/media', { body: { settings } })
    await upload(world, longText(1_000))
    const codes = []
    for (const [length, told] of [
      [6_000_000, true],
      [5_999_001, true],
      [5_999_001, false],
    ] as const)
      codes.push(await codeOf(await sendBytes(world, admin, longText(length), { told })))
    expect(codes).toEqual([
      '409 media.quota_exceeded',
      '409 media.quota_exceeded',
      '413 content_too_large',
    ])
    expect((await booksOf(world)).bytes).toBe(1_000)
    await upload(world, longText(5_999_000), '', { told: false })
    expect((await booksOf(world)).bytes).toBe(6_000_000)
    const usage = await admin.json('GET', '/api/v1/media/usage')
    expect(usage).toEqual({ bytes: 6_000_000, quotaBytes: 6_000_000 })
  })

  it('is refused by role where the tenant says so', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const settings = { roles: { manager: { types: ['image/png'], fileBytes: 64 } } }
    await admin.json('PATCH', '/api/v1/tenant/modules/media', { body: { settings } })
    const manager = await world.as('manager')
    expect((await sendBytes(world, manager, png())).status).toBe(201)
    expect((await sendBytes(world, manager, bytesOf('Text'))).status).toBe(415)
    expect((await sendBytes(world, manager, new Uint8Array(65))).status).toBe(413)
    expect((await sendBytes(world, admin, bytesOf('Text'))).status).toBe(201)
  })

  it('is refused when its bytes are not those of the digest, or fewer than told', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const digest = { 'content-digest': `sha-256=:${btoa('\u0001'.repeat(32))}:` }
    const other = await sendBytes(world, admin, bytesOf('Text'), { headers: digest })
    expect(await codeOf(other)).toBe('422 media.checksum_mismatch')
    for (const length of [100, 6_000_000]) {
      const headers = { 'content-length': String(length + 1) }
      const short = await sendBytes(world, admin, longText(length), { told: false, headers })
      expect(await codeOf(short)).toBe('400 media.incomplete')
    }
    const encoded = { 'content-encoding': 'gzip' }
    const zipped = await sendBytes(world, admin, bytesOf('Text'), { headers: encoded })
    expect(zipped.status).toBe(415)
    expect(await storedKeys(world)).toEqual([])
    expect(await booksOf(world)).toEqual({ objects: [], bytes: 0 })
  })

  it('is refused for a folder that does not exist or is another tenant’s', async () => {
    const [world, other] = [await createWorld(), await createWorld()]
    const admin = await other.as('admin')
    const { id } = await admin.json<{ id: string }>('POST', '/api/v1/media/folders', {
      body: { name: 'Theirs' },
    })
    const path = `/api/v1/media/uploads?folderId=${id}`
    const response = await sendBytes(world, await world.as('admin'), bytesOf('Text'), { path })
    expect(await codeOf(response)).toBe('422 media.folder_unknown')
    expect(await storedKeys(world)).toEqual([])
  })
})

it('an upload that is sent again under its key is answered as the first, without a second file', async () => {
  const world = await createWorld()
  const admin = await world.as('admin')
  const headers = { 'idempotency-key': 'once' }
  const send = (text: string) => sendBytes(world, admin, bytesOf(text), { headers })
  const first = await send('Text')
  expect(first.headers.get('server-timing')).toContain('db-trips;desc="2"')
  const books = await booksOf(world)
  const second = await send('Text')
  expect(await second.json()).toEqual(await first.json())
  expect(await booksOf(world)).toEqual(books)
  expect(second.headers.get('idempotency-replayed')).toBe('true')
  expect(await storedKeys(world)).toHaveLength(1)
  expect((await send('Longer text')).status).toBe(422)
})

import { describe, expect, it } from 'vitest'
import { type Client, type World, createWorld } from '../../support/world.ts'
import {
  type AssetAnswer,
  booksOf,
  bytesOf,
  codeOf,
  longText,
  png,
  storedKeys,
  streamOf,
} from './support.ts'
import { TUS, askTus, assetsOf, metadataOf, sweepAll, waitingRows } from './waiting.ts'

const DAY = 86_400_000
const PART = 5_242_880

/** Begins an upload and answers its path. */
async function begin(world: World, length: number, said: Readonly<Record<string, string>> = {}) {
  const headers = { 'upload-length': String(length), 'upload-metadata': metadataOf(said) }
  const response = await askTus(world, 'POST', TUS, { headers })
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`)
  return response.headers.get('location') ?? ''
}

/** Sends a piece; a body that breaks off after its bytes when `cut`. */
function send(world: World, path: string, offset: number, bytes: Uint8Array, more: Sending = {}) {
  const headers = { 'upload-offset': String(offset), ...more.headers }
  const body = more.cut ? streamOf(bytes, true) : bytes
  return askTus(world, 'PATCH', path, { headers, body, ...(more.as ? { as: more.as } : {}) })
}

interface Sending {
  readonly as?: Client
  readonly cut?: boolean
  readonly headers?: Readonly<Record<string, string>>
}

async function offsetOf(world: World, path: string): Promise<number> {
  const response = await askTus(world, 'HEAD', path)
  return response.ok ? Number(response.headers.get('upload-offset')) : -response.status
}

async function bytesServed(world: World, { file }: AssetAnswer): Promise<Uint8Array> {
  return (await (await world.as('admin')).fetch('GET', file.url)).bytes()
}

describe('a server of tus', () => {
  it('says what it can, to everybody', async () => {
    const world = await createWorld()
    const response = await world.anonymous.fetch('OPTIONS', TUS)
    expect(response.status).toBe(204)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'tus-resumable': '1.0.0',
      'tus-version': '1.0.0',
      'tus-extension': 'creation,creation-with-upload,termination,expiration,checksum',
      'tus-max-size': '5000000000',
      'tus-checksum-algorithm': 'sha1,sha256,sha-256',
    })
  })

  it('refuses another version, and says which it has', async () => {
    const world = await createWorld()
    const path = await begin(world, 10)
    for (const [method, target] of [
      ['POST', TUS],
      ['HEAD', path],
      ['PATCH', path],
      ['DELETE', path],
    ] as const) {
      const response = await askTus(world, method, target, {
        headers: { 'tus-resumable': '0.2.2' },
      })
      expect(response.status, method).toBe(412)
      expect(response.headers.get('tus-version')).toBe('1.0.0')
      expect(response.headers.get('tus-resumable')).toBe('1.0.0')
    }
  })
})

describe('a file that comes in pieces', () => {
  it('is told of at each step, and becomes an asset with the last one', async () => {
    const world = await createWorld()
    const headers = {
      'upload-length': '20',
      'upload-metadata': metadataOf({
        other: '',
        filename: 'a/b.txt',
        filetype: 'text/plain',
        visibility: 'private',
      }),
    }
    const created = await askTus(world, 'POST', TUS, { headers })
    expect(created.status).toBe(201)
    const path = created.headers.get('location') ?? ''
    expect(path).toMatch(new RegExp(`^${TUS}/[0-9a-f-]{36}$`))
    const expires = Date.parse(created.headers.get('upload-expires') ?? '')
    expect(expires - world.clock.now()).toBeGreaterThan(DAY - 2_000)
    const first = await send(world, path, 0, bytesOf('Some text.'))
    expect([first.status, first.headers.get('upload-offset')]).toEqual([204, '10'])
    const head = await askTus(world, 'HEAD', path)
    expect(Object.fromEntries(head.headers)).toMatchObject({
      'upload-offset': '10',
      'upload-length': '20',
      'upload-metadata': headers['upload-metadata'],
      'cache-control': 'no-store',
      'tus-resumable': '1.0.0',
    })
    expect(await assetsOf(world)).toEqual([])
    const last = await send(world, path, 10, bytesOf('More text.'))
    expect([last.status, last.headers.get('upload-offset')]).toEqual([204, '20'])
    const id = path.split('/').at(-1)
    expect(last.headers.get('link')).toBe(`</api/v1/media/assets/${id}>; rel="describedby"`)
    const [asset] = await assetsOf(world)
    expect(asset).toMatchObject({
      id,
      name: 'b.txt',
      visibility: 'private',
      kind: 'document',
      file: { bytes: 20 },
    })
    expect(await offsetOf(world, path)).toBe(20)
    expect(await storedKeys(world)).toHaveLength(1)
    expect((await booksOf(world)).bytes).toBe(20)
    expect(await world.eventsOf(id ?? '')).toEqual(['media.asset.ready'])
  })

  const LENGTHS = [
    [PART, [PART]],
    [PART + 1, [1, PART]],
    [PART + 1, [PART, 1]],
    [2 * PART, [PART - 1, PART + 1]],
    [12_000_000, [100, 4_000_000, 7_000_000, 999_900]],
    [12_000_000, [12_000_000]],
  ] as const

  it.each(LENGTHS)('of %i bytes in pieces of %j is read byte for byte', async (length, pieces) => {
    const world = await createWorld()
    const bytes = longText(length)
    const path = await begin(world, length)
    let at = 0
    for (const piece of pieces) {
      const response = await send(world, path, at, bytes.slice(at, at + piece))
      at += piece
      expect([response.status, response.headers.get('upload-offset')]).toEqual([204, String(at)])
    }
    const [asset] = await assetsOf(world)
    if (!asset) throw new Error('there is no asset')
    expect(await bytesServed(world, asset)).toEqual(bytes)
    expect(await storedKeys(world)).toHaveLength(1)
    expect(await booksOf(world)).toEqual({
      objects: [{ state: 'kept', bytes: length }],
      bytes: length,
    })
    await sweepAll(world)
    expect(await storedKeys(world)).toHaveLength(1)
    expect(await waitingRows(world)).toBe(0)
  })

  it.each([
    ['a few bytes', 9],
    ['nothing', 0],
    ['a part', PART],
    ['more than a part', PART + 70_000],
  ])('goes on where it was cut off after %s', async (_, cutAt) => {
    const world = await createWorld()
    const bytes = longText(PART + 100_000)
    const path = await begin(world, bytes.length)
    await send(world, path, 0, bytes.slice(0, cutAt), { cut: true })
    expect(await offsetOf(world, path)).toBe(cutAt)
    expect((await send(world, path, cutAt, bytes.slice(cutAt))).status).toBe(204)
    const [asset] = await assetsOf(world)
    if (!asset) throw new Error('there is no asset')
    expect(await bytesServed(world, asset)).toEqual(bytes)
    expect(await storedKeys(world)).toHaveLength(1)
  })

  it('may bring its first bytes with its beginning', async () => {
    const world = await createWorld()
    const headers = { 'upload-length': '10' }
    const some = await askTus(world, 'POST', TUS, { headers, body: bytesOf('Some') })
    expect([some.status, some.headers.get('upload-offset')]).toEqual([201, '4'])
    const all = await askTus(world, 'POST', TUS, { headers, body: bytesOf('Some text.') })
    expect([all.status, all.headers.get('upload-offset')]).toEqual([201, '10'])
    expect(all.headers.get('link')).toContain('/api/v1/media/assets/')
    expect(await assetsOf(world)).toHaveLength(1)
  })

  it('counts bytes that fit their checksum alone', async () => {
    const world = await createWorld()
    const path = await begin(world, 10)
    const sum = async (name: string, of: string, text: string) => {
      const digest = await crypto.subtle.digest(of, bytesOf(text))
      const value = `${name} ${btoa(String.fromCharCode(...new Uint8Array(digest)))}`
      return { headers: { 'upload-checksum': value } }
    }
    const some = bytesOf('Some ')
    const wrong = await send(world, path, 0, some, await sum('sha1', 'SHA-1', 'Other'))
    expect(await codeOf(wrong)).toBe('460 media.piece_refused')
    const cut = await sum('sha1', 'SHA-1', 'Some ')
    await send(world, path, 0, some, { ...cut, cut: true })
    expect(await offsetOf(world, path)).toBe(0)
    const unknown = { headers: { 'upload-checksum': 'md5 AAAA' } }
    expect((await send(world, path, 0, some, unknown)).status).toBe(400)
    expect((await send(world, path, 0, some, cut)).status).toBe(204)
    const last = await sum('sha256', 'SHA-256', 'text.')
    expect((await send(world, path, 5, bytesOf('text.'), last)).status).toBe(204)
    expect(await assetsOf(world)).toHaveLength(1)
  })

  it('is brought by one request at a time: the later one goes on, the other is told', async () => {
    const world = await createWorld()
    const bytes = longText(2 * PART + 10)
    const path = await begin(world, bytes.length)
    const codes = (
      await Promise.all([send(world, path, 0, bytes), send(world, path, 0, bytes)])
    ).map(({ status }) => status)
    expect(codes.toSorted((one, other) => one - other)).toEqual([204, 409])
    expect(await assetsOf(world)).toHaveLength(1)
    expect(await storedKeys(world)).toHaveLength(1)
    expect((await booksOf(world)).bytes).toBe(bytes.length)
  })
})

describe('a request that cannot be taken', () => {
  it.each([
    ['no length', {}, '400 bad_request'],
    ['a length that is none', { 'upload-length': '-1' }, '400 bad_request'],
    ['a length that comes later', { 'upload-defer-length': '1' }, '400 bad_request'],
    ['no bytes', { 'upload-length': '0' }, '415 media.type_refused'],
    ['too many bytes', { 'upload-length': '100000001' }, '413 content_too_large'],
    [
      'metadata that is none',
      { 'upload-length': '1', 'upload-metadata': 'a b c' },
      '400 bad_request',
    ],
    [
      'metadata without end',
      { 'upload-length': '1', 'upload-metadata': `a ${'A'.repeat(4_096)}` },
      '400 bad_request',
    ],
    [
      'a key twice',
      { 'upload-length': '1', 'upload-metadata': 'a QQ==,a QQ==' },
      '400 bad_request',
    ],
    [
      'no folder',
      { 'upload-length': '1', 'upload-metadata': metadataOf({ folderId: 'x' }) },
      '422 invalid_input',
    ],
    [
      'a body of another type',
      { 'upload-length': '1', 'content-type': 'text/plain' },
      '415 unsupported_media_type',
    ],
  ])('is no beginning with %s', async (_, headers, code) => {
    const world = await createWorld()
    expect(await codeOf(await askTus(world, 'POST', TUS, { headers }))).toBe(code)
    expect(await booksOf(world)).toEqual({ objects: [], bytes: 0 })
  })

  it('is no beginning in a folder of nobody, or beyond the quota', async () => {
    const world = await createWorld()
    const folderId = world.isolate.shared.ids.next()
    const headers = { 'upload-length': '1', 'upload-metadata': metadataOf({ folderId }) }
    expect(await codeOf(await askTus(world, 'POST', TUS, { headers }))).toBe(
      '422 media.folder_unknown',
    )
    const admin = await world.as('admin')
    const body = { settings: { quotaBytes: 10 } }
    await admin.json('PATCH', '/api/v1/tenant/modules/media', { body })
    const path = await begin(world, 10)
    const more = { headers: { 'upload-length': '1' } }
    expect(await codeOf(await askTus(world, 'POST', TUS, more))).toBe('413 media.no_room')
    expect((await send(world, path, 0, bytesOf('Some text.'))).status).toBe(204)
    expect((await booksOf(world)).bytes).toBe(10)
  })

  it('is no piece at another offset, of another type or of more than was told', async () => {
    const world = await createWorld()
    const path = await begin(world, 10)
    await send(world, path, 0, bytesOf('Some'))
    const early = await send(world, path, 0, bytesOf('Some'))
    expect(early.headers.get('upload-offset')).toBe('4')
    expect(await codeOf(early)).toBe('409 conflict')
    expect((await send(world, path, 10, new Uint8Array())).status).toBe(409)
    const type = { headers: { 'content-type': 'text/plain' } }
    expect((await send(world, path, 4, bytesOf('x'), type)).status).toBe(415)
    expect((await send(world, path, 4, bytesOf(' text. And more.'))).status).toBe(413)
    expect(await offsetOf(world, path)).toBe(4)
    const none = await askTus(world, 'PATCH', path, { headers: {}, body: bytesOf('x') })
    expect(none.status).toBe(400)
  })

  it('is of nobody else, of the tenant or of another', async () => {
    const world = await createWorld()
    const other = await createWorld()
    const path = await begin(world, 10)
    const [manager, stranger] = [await world.as('manager'), await other.as('admin')]
    for (const method of ['HEAD', 'DELETE'])
      expect((await askTus(world, method, path, { as: manager })).status, method).toBe(404)
    expect((await send(world, path, 0, bytesOf('x'), { as: manager })).status).toBe(404)
    expect((await send(other, path, 0, bytesOf('x'), { as: stranger })).status).toBe(404)
    expect((await askTus(world, 'HEAD', path, { as: await world.as('customer') })).status).toBe(403)
    expect(await offsetOf(world, path)).toBe(0)
  })
})

describe('a file that is of no type that is taken', () => {
  it('is refused with its last bytes, and its upload is gone', async () => {
    const world = await createWorld()
    const page = bytesOf('<html><script>alert(1)</script>')
    const path = await begin(world, page.length)
    await send(world, path, 0, page.slice(0, 5))
    const last = await send(world, path, 5, page.slice(5))
    expect(last.headers.get('tus-resumable')).toBe('1.0.0')
    expect(await codeOf(last)).toBe('415 media.type_refused')
    expect(await offsetOf(world, path)).toBe(-404)
    expect(await storedKeys(world)).toEqual([])
    expect(await booksOf(world)).toEqual({ objects: [], bytes: 0 })
  })

  it('is refused for what it is said to be, and for a form', async () => {
    const world = await createWorld()
    for (const filetype of ['video/mp4', 'multipart/form-data']) {
      const path = await begin(world, 64, { filetype })
      expect((await send(world, path, 0, png())).status, filetype).toBeGreaterThanOrEqual(400)
      expect(await offsetOf(world, path)).toBe(-404)
    }
    expect(await storedKeys(world)).toEqual([])
  })
})

describe('an upload that ends early', () => {
  it('leaves nothing when it is given up', async () => {
    const world = await createWorld()
    const bytes = longText(PART + 100)
    const path = await begin(world, bytes.length + 1)
    await send(world, path, 0, bytes)
    expect((await askTus(world, 'DELETE', path)).status).toBe(204)
    expect(await offsetOf(world, path)).toBe(-404)
    expect(await storedKeys(world)).toEqual([])
    expect(await booksOf(world)).toEqual({ objects: [], bytes: 0 })
  })

  it('is gone after a day, and nothing of it is left', async () => {
    const world = await createWorld()
    const bytes = longText(PART + 100)
    const path = await begin(world, bytes.length + 1)
    await send(world, path, 0, bytes)
    await world.deps().db.bookkeep([
      {
        sql: 'UPDATE media_uploads SET expires_at = ? WHERE tenant_id = ?',
        params: [world.clock.now(), world.tenantId],
      },
    ])
    expect(await offsetOf(world, path)).toBe(-410)
    expect((await send(world, path, bytes.length, bytesOf('x'))).status).toBe(410)
    await sweepAll(world)
    expect(await waitingRows(world)).toBe(0)
    expect(await storedKeys(world)).toEqual([])
    expect(await booksOf(world)).toEqual({ objects: [], bytes: 0 })
  })
})

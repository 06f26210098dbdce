import { describe, expect, it } from 'vitest'
import { s3Config } from '../../support/storage-server.ts'
import { type Client, type World, createWorld } from '../../support/world.ts'
import { type AssetAnswer, booksOf, bytesOf, codeOf, png, sha256Of, storedKeys } from './support.ts'
import { assetsOf, sweepAll, waitingRows } from './waiting.ts'

const PATH = '/api/v1/media/direct-uploads'

/** What the API answers. */
interface Direct {
  readonly id: string
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly expiresAt: string
  }
}

/** A world whose store is a real S3 server. */
function s3World(): Promise<World> {
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = s3Config
  return createWorld({
    env: {
      STORAGE_DRIVER: 's3',
      STORAGE_ENDPOINT: endpoint,
      STORAGE_REGION: region,
      STORAGE_BUCKET: bucket,
      STORAGE_ACCESS_KEY_ID: accessKeyId,
      STORAGE_SECRET_ACCESS_KEY: secretAccessKey,
    },
  })
}

async function begin(world: World, body: Readonly<Record<string, unknown>>): Promise<Direct> {
  return (await world.as('admin')).json('POST', PATH, { body })
}

function put({ request: { url, method, headers } }: Direct, body: Uint8Array): Promise<Response> {
  return fetch(url, { method, headers, body })
}

const complete = (client: Client, id: string) => client.fetch('POST', `${PATH}/${id}/complete`)

describe('a file that is put straight into the store', () => {
  it('is an asset when it is completed, and the same one when that is asked again', async () => {
    const world = await s3World()
    const admin = await world.as('admin')
    const bytes = png()
    const direct = await begin(world, {
      bytes: bytes.length,
      mediaType: 'image/png',
      sha256: await sha256Of(bytes),
      name: 'a.png',
      visibility: 'private',
    })
    expect(await codeOf(await complete(admin, direct.id))).toBe('409 media.not_arrived')
    expect((await put(direct, bytes)).status).toBe(200)
    expect(await assetsOf(world)).toEqual([])
    const first = await (await complete(admin, direct.id)).json<AssetAnswer>()
    expect(first).toMatchObject({
      id: direct.id,
      name: 'a.png',
      visibility: 'private',
      file: { number: 1, mediaType: 'image/png' },
    })
    const again = await complete(admin, direct.id)
    expect(await again.json()).toEqual(first)
    expect(await (await admin.fetch('GET', first.file.url)).bytes()).toHaveLength(first.file.bytes)
    expect(await assetsOf(world)).toHaveLength(1)
    expect(await storedKeys(world)).toHaveLength(1)
    expect((await booksOf(world)).bytes).toBe(first.file.bytes)
    expect(await world.eventsOf(first.id)).toEqual(['media.asset.ready'])
  })

  it('is one asset when it is completed twice at once', async () => {
    const world = await s3World()
    const admin = await world.as('admin')
    const direct = await begin(world, { bytes: 10, mediaType: 'text/plain' })
    await put(direct, bytesOf('Some text.'))
    const both = await Promise.all([complete(admin, direct.id), complete(admin, direct.id)])
    expect(both.map(({ status }) => status)).toEqual([200, 200])
    expect(await assetsOf(world)).toHaveLength(1)
    expect(await storedKeys(world)).toHaveLength(1)
    expect(await booksOf(world)).toEqual({ objects: [{ state: 'kept', bytes: 10 }], bytes: 10 })
  })

  it('begins and is completed over GraphQL alike', async () => {
    const world = await s3World()
    const admin = await world.as('admin')
    const begun = await admin.graphql<{
      createMediaDirectUpload: {
        id: string
        request: { url: string; method: string; headers: { name: string; value: string }[] }
      }
    }>(
      `mutation ($input: MediaDirectUploadInput!) {
        createMediaDirectUpload(input: $input) {
          id request { url method headers { name value } expiresAt } expiresAt
        }
      }`,
      { input: { bytes: 10, mediaType: 'text/plain', name: null } },
    )
    const direct = begun.data?.createMediaDirectUpload
    if (!direct) throw new Error(JSON.stringify(begun))
    const { url, method, headers } = direct.request
    const body = bytesOf('Some text.')
    const named = Object.fromEntries(headers.map(({ name, value }) => [name, value]))
    expect((await fetch(url, { method, headers: named, body })).status).toBe(200)
    const done = await admin.graphql(
      'mutation ($id: ID!) { completeMediaDirectUpload(id: $id) { id file { bytes } } }',
      { id: direct.id },
    )
    expect(done.data).toEqual({
      completeMediaDirectUpload: { id: direct.id, file: { bytes: 10 } },
    })
  })
})

describe('a file that cannot be taken', () => {
  const WRONG = '00'.repeat(32)

  it.each([
    ['of no type that is taken', '<html></html>', {}, '415 media.type_refused'],
    [
      'of another type than was told',
      'Some text',
      { mediaType: 'image/png' },
      '415 media.type_refused',
    ],
    ['of another length', 'Some text', { bytes: 10 }, '400 media.incomplete'],
    ['of another checksum', 'Some text', { sha256: WRONG }, '422 media.checksum_mismatch'],
  ])('%s is refused, and its upload is gone', async (_, text, told, code) => {
    const world = await s3World()
    const admin = await world.as('admin')
    const bytes = bytesOf(text)
    const { id } = await begin(world, { bytes: bytes.length, mediaType: 'text/plain', ...told })
    // Past the signature, which the store looks at itself.
    const [row] = await world.rows<{ key: string }>(
      'SELECT storage_key AS key FROM media_uploads WHERE tenant_id = ?',
      world.tenantId,
    )
    await world.deps().storage.put(row?.key ?? '', bytes)
    expect(await codeOf(await complete(admin, id))).toBe(code)
    expect((await complete(admin, id)).status).toBe(404)
    expect(await storedKeys(world)).toEqual([])
    expect(await booksOf(world)).toEqual({ objects: [], bytes: 0 })
  })

  it('by its size, its folder or the quota is refused before', async () => {
    const world = await s3World()
    const admin = await world.as('admin')
    const settings = { fileBytes: 20, quotaBytes: 25 }
    await admin.json('PATCH', '/api/v1/tenant/modules/media', { body: { settings } })
    const codeFor = async (body: Readonly<Record<string, unknown>>) =>
      codeOf(await admin.fetch('POST', PATH, { body: { mediaType: 'text/plain', ...body } }))
    expect(await codeFor({ bytes: 21 })).toBe('413 content_too_large')
    expect(await codeFor({ bytes: 0 })).toBe('422 invalid_input')
    expect(await codeFor({ bytes: 1, mediaType: 'text' })).toBe('422 invalid_input')
    const folderId = world.isolate.shared.ids.next()
    expect(await codeFor({ bytes: 1, folderId })).toBe('422 media.folder_unknown')
    await begin(world, { bytes: 20, mediaType: 'text/plain' })
    expect(await codeFor({ bytes: 6 })).toBe('409 media.quota_exceeded')
  })

  it('is of nobody else', async () => {
    const [world, other] = [await s3World(), await s3World()]
    const { id } = await begin(world, { bytes: 10, mediaType: 'text/plain' })
    expect((await complete(await world.as('manager'), id)).status).toBe(404)
    expect((await complete(await other.as('admin'), id)).status).toBe(404)
    expect((await complete(await world.as('customer'), id)).status).toBe(403)
  })

  it('in time is swept, arrived or not', async () => {
    const world = await s3World()
    await put(await begin(world, { bytes: 4, mediaType: 'text/plain' }), bytesOf('Text'))
    await begin(world, { bytes: 5, mediaType: 'text/plain' })
    expect((await booksOf(world)).bytes).toBe(9)
    await sweepAll(world)
    expect(await waitingRows(world)).toBe(0)
    expect(await storedKeys(world)).toEqual([])
    expect(await booksOf(world)).toEqual({ objects: [], bytes: 0 })
  })
})

it('a store that cannot sign has no direct uploads, and says so', async () => {
  const world = await createWorld()
  const admin = await world.as('admin')
  const body = { bytes: 10, mediaType: 'text/plain' }
  expect(await codeOf(await admin.fetch('POST', PATH, { body }))).toBe(
    '409 media.direct_unavailable',
  )
})

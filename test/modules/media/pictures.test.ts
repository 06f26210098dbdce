import { describe, expect, it } from 'vitest'
import { cleanImage } from '../../../src/kernel/image/clean.ts'
import { imageFacts, imageType } from '../../../src/kernel/image/facts.ts'
import { ImagesError, noImages } from '../../../src/ports/images.ts'
import { brokenImages, join, smugglers } from '../../support/hostile-images.ts'
import { images } from '../../support/images.ts'
import { type World, createWorld } from '../../support/world.ts'
import { halves, largePhoto, photo } from './photos.ts'
import { booksOf, codeOf, png, sendBytes, sha256Of, storedKeys, upload } from './support.ts'

const text = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes)
const digestOf = async (bytes: Uint8Array) => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return { 'content-digest': `sha-256=:${btoa(String.fromCharCode(...digest))}:` }
}

const readFile = async (world: World, url: string): Promise<Uint8Array> =>
  (await world.anonymous.fetch('GET', url)).bytes()

describe('a picture with a place in its metadata', () => {
  it.each([
    ['JPEG', images.turnedJpeg, 32, 48],
    ['PNG', images.turnedPng, 48, 32],
    ['WebP', images.turnedWebp, 32, 48],
    ['JPEG of a camera', photo(), 32, 48],
  ])('is kept without it, turned as it was: %s', async (_, bytes, width, height) => {
    const world = await createWorld()
    expect(text(bytes)).toContain('CANARY')
    const { file } = await upload(world, bytes)
    const kept = await readFile(world, file.url)
    expect(text(kept)).not.toContain('CANARY')
    const type = imageType(bytes)
    expect(kept).toEqual(type && cleanImage(bytes, type))
    expect(imageFacts(kept)).toEqual(imageFacts(bytes))
    expect(file).toMatchObject({ width, height, bytes: kept.length, sha256: await sha256Of(kept) })
    expect(await booksOf(world)).toMatchObject({ bytes: kept.length })
  })

  it('tells when and by what it was taken, and the place nowhere', async () => {
    const world = await createWorld()
    const { id, file } = await upload(world, photo())
    const taken = {
      takenAt: '2026-11-22T10:30:00',
      cameraMake: 'Maker',
      cameraModel: 'Model 5',
    }
    expect(file).toMatchObject(taken)
    const admin = await world.as('admin')
    const query = `{ mediaAsset(id: "${id}") { file { takenAt cameraMake cameraModel } } }`
    expect((await admin.graphql(query)).data).toEqual({ mediaAsset: { file: taken } })
    const rows = await world.rows('SELECT * FROM media_files WHERE tenant_id = ?', world.tenantId)
    expect(JSON.stringify(rows)).not.toContain('CANARY')
  })

  it.each(['0000:00:00 00:00:00', '2026:13:41 10:30:00', 'yesterday'])(
    'tells no moment that is none: %s',
    async (takenAt) => {
      const world = await createWorld()
      const { file } = await upload(world, photo({ takenAt }))
      expect(file).toMatchObject({ takenAt: null, cameraMake: 'Maker' })
    },
  )

  it('is known by its size behind any amount of metadata', async () => {
    const world = await createWorld()
    const bytes = photo({ before: 300_000 })
    expect(imageFacts(bytes.subarray(0, 65_536))).toBeUndefined()
    const { file } = await upload(world, bytes)
    expect(file).toMatchObject({ width: 32, height: 48 })
    expect(file.bytes).toBeLessThan(1_000)
  })

  it.each([true, false])('of many parts is kept without it, told before: %s', async (told) => {
    const world = await createWorld()
    const bytes = largePhoto(11_000_000)
    const { file } = await upload(world, bytes, '', { told })
    const kept = cleanImage(bytes, 'image/jpeg') ?? bytes
    expect(kept.length).toBeLessThan(bytes.length)
    expect(file).toMatchObject({ bytes: kept.length, sha256: await sha256Of(kept) })
    expect(await sha256Of(await readFile(world, file.url))).toBe(file.sha256)
    expect(await booksOf(world)).toEqual({
      objects: [{ state: 'kept', bytes: kept.length }],
      bytes: kept.length,
    })
  })
})

describe('what a client tells of a picture', () => {
  it('is held against the bytes that it sends', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const bytes = photo()
    const right = await sendBytes(world, admin, bytes, { headers: await digestOf(bytes) })
    expect(right.status).toBe(201)
    const wrong = await sendBytes(world, admin, bytes, { headers: await digestOf(png()) })
    expect(await codeOf(wrong)).toBe('422 media.checksum_mismatch')
    const headers = { 'content-length': String(bytes.length + 1) }
    const short = await sendBytes(world, admin, bytes, { told: false, headers })
    expect(await codeOf(short)).toBe('400 media.incomplete')
    expect(await storedKeys(world)).toHaveLength(1)
    expect((await booksOf(world)).objects).toHaveLength(1)
  })

  it('bounds what comes in, and not what is kept of it', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const bytes = photo({ before: 100_000 })
    const settings = { fileBytes: bytes.length - 1 }
    await admin.json('PATCH', '/api/v1/tenant/modules/media', { body: { settings } })
    for (const told of [true, false])
      expect((await sendBytes(world, admin, bytes, { told })).status).toBe(413)
    expect(await storedKeys(world)).toEqual([])
  })
})

describe('a picture that cannot be taken', () => {
  const broken = Object.entries(brokenImages).filter(([, bytes]) => imageType(bytes))

  it.each(broken)('is refused and leaves nothing: %s', async (_, bytes) => {
    const world = await createWorld()
    const response = await sendBytes(world, await world.as('admin'), bytes)
    expect(await codeOf(response)).toBe('415 media.type_refused')
    expect(await storedKeys(world)).toEqual([])
    expect(await booksOf(world)).toEqual({ objects: [], bytes: 0 })
  })

  it('is refused after many parts, and leaves nothing', async () => {
    const world = await createWorld()
    const bytes = largePhoto(11_000_000).subarray(0, -2)
    const response = await sendBytes(world, await world.as('admin'), bytes)
    expect(await codeOf(response)).toBe('415 media.type_refused')
    expect(await storedKeys(world)).toEqual([])
    expect(await booksOf(world)).toEqual({ objects: [], bytes: 0 })
  })

  it('is refused for its pixels also behind much metadata', async () => {
    const world = await createWorld()
    const bytes = photo({ before: 100_000 })
    const frame = bytes.findLastIndex((byte, at) => byte === 0xff && bytes[at + 1] === 0xc0)
    bytes.set([0xff, 0xff, 0xff, 0xff], frame + 5)
    const response = await sendBytes(world, await world.as('admin'), bytes)
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('pixels') })
    expect(await storedKeys(world)).toEqual([])
  })
})

it.each(Object.entries(smugglers))('nothing is smuggled in: %s', async (_, bytes) => {
  const world = await createWorld()
  const { file } = await upload(world, bytes)
  expect(text(await readFile(world, file.url))).not.toContain('alert(1)')
})

describe('what a picture looks like', () => {
  interface Looked {
    version: number
    file: { blurhash: string | null; color: string | null }
  }

  const lookUp = async (world: World, id: string): Promise<Looked> =>
    (await world.as('admin')).json('GET', `/api/v1/media/assets/${id}`)

  const jobsOf = (world: World) =>
    world.rows<{ state: string; result: string | null }>(
      "SELECT state, result FROM jobs WHERE tenant_id = ? AND name = 'media:look'",
      world.tenantId,
    )

  it('is found out after the upload, and its asset stays as it is', async () => {
    const world = await createWorld()
    const { id, version } = await upload(world, await halves(90, 30))
    expect((await lookUp(world, id)).file).toMatchObject({ blurhash: null, color: null })
    await world.drain()
    const looked = await lookUp(world, id)
    expect(looked.version).toBe(version)
    expect(looked.file.blurhash).toHaveLength(28)
    expect(looked.file.color).toMatch(/^#(?:ff0000|0000ff)$/)
    expect(await world.auditOf(id)).toEqual(['media.asset.ready', 'media.file.looked'])
  })

  it('is not asked again of one that nobody can read', async () => {
    const world = await createWorld()
    const { id } = await upload(world, png())
    await world.drain()
    expect(await jobsOf(world)).toEqual([{ state: 'done', result: '{"looked":false}' }])
    expect((await lookUp(world, id)).file.blurhash).toBeNull()
  })

  it('is asked again when nobody answers', async () => {
    const world = await createWorld()
    const { images: real } = world.isolate.shared
    const look = () => Promise.reject(new ImagesError('unavailable', 'a test'))
    Object.assign(world.isolate.shared, { images: { ...real, look } })
    const { id } = await upload(world, images.jpeg)
    await world.drain()
    expect((await jobsOf(world))[0]?.state).toBe('queued')
    Object.assign(world.isolate.shared, { images: real })
    world.clock.advance(30_000)
    await world.drain()
    expect((await lookUp(world, id)).file.blurhash).toHaveLength(28)
  })

  it('is not asked where nobody can tell', async () => {
    const world = await createWorld()
    Object.assign(world.isolate.shared, { images: noImages })
    await upload(world, images.jpeg)
    expect(await jobsOf(world)).toEqual([])
  })

  it('is nothing to a picture that is purged before', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const { id } = await upload(world, images.jpeg)
    const headers = { 'if-match': '*' }
    await admin.fetch('DELETE', `/api/v1/media/assets/${id}`, { headers })
    await admin.fetch('POST', `/api/v1/media/assets/${id}/purge`, { headers })
    await world.drain()
    expect(await jobsOf(world)).toEqual([{ state: 'done', result: '{"looked":false}' }])
    expect(await storedKeys(world)).toEqual([])
  })
})

it('an AVIF that lists EXIF or XMP is refused, since neither can be taken out', async () => {
  const world = await createWorld()
  const admin = await world.as('admin')
  expect((await sendBytes(world, admin, images.avif)).status).toBe(201)
  for (const item of ['Exif', 'mime']) {
    const noted = join(images.avif, '\0\0\0\u0015infe', [2, 0, 0, 0, 0, 2, 0, 0], item, [0])
    expect(await codeOf(await sendBytes(world, admin, noted))).toBe('415 media.type_refused')
  }
  expect(await storedKeys(world)).toHaveLength(1)
})

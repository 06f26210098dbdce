import { describe, expect, it } from 'vitest'
import { imageFacts } from '../../../src/kernel/image/facts.ts'
import { type ImagesFailure, ImagesError, noImages } from '../../../src/ports/images.ts'
import { images } from '../../support/images.ts'
import { type Client, type World, createWorld } from '../../support/world.ts'
import { halves } from './photos.ts'
import { type Preset, WEBP, change, get, readAsset, uploadPicture } from './picture-support.ts'
import { booksOf, bytesOf, codeOf, png, sha256Of, storedKeys, upload } from './support.ts'

const IMMUTABLE = 'public, max-age=31536000, immutable'
const HOUR = 'public, max-age=3600'

const trips = (response: Response) =>
  /db-trips;desc="(\d+)"/.exec(response.headers.get('server-timing') ?? '')?.[1]

/** Has images fail, or make nothing. */
function failImages(world: World, failure: ImagesFailure | undefined): void {
  const { images: real } = world.isolate.shared
  const transform = async () => {
    if (failure) throw new ImagesError(failure, 'a test')
    return undefined
  }
  Object.assign(world.isolate.shared, { images: { ...real, transform } })
}

describe('a preset of a picture', () => {
  it.each<[Preset, number, number]>([
    ['thumb', 160, 160],
    ['small', 480, 240],
    ['medium', 960, 480],
    ['large', 1_000, 500],
  ])('%s is of its size in the type that the client takes', async (preset, width, height) => {
    const world = await createWorld()
    const { variants } = await uploadPicture(world, await halves(1_000, 500))
    for (const [accept, type] of [
      ['image/avif,image/webp,*/*', 'image/webp'],
      ['*/*', 'image/jpeg'],
      ['image/webp;q=0', 'image/jpeg'],
    ] as const) {
      const response = await get(world, variants[preset], { accept })
      expect(response.headers.get('content-type')).toBe(type)
      expect(response.headers.get('vary')).toMatch(/^Accept, /)
      expect(response.headers.get('cache-control')).toBe(IMMUTABLE)
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(imageFacts(await response.bytes())).toMatchObject({ type, width, height })
    }
  })

  it('stands upright, tells nothing of the place, and is named as what it is', async () => {
    const world = await createWorld()
    const { variants } = await uploadPicture(world, images.turnedJpeg, '?name=a.b.JPG')
    const response = await get(world, variants.small)
    expect(response.headers.get('content-disposition')).toContain('inline; filename="a.b.webp"')
    const bytes = await response.bytes()
    expect(imageFacts(bytes)).toMatchObject({ width: 32, height: 48, orientation: 1 })
    expect(new TextDecoder('latin1').decode(bytes)).not.toContain('CANARY')
  })

  it('keeps what is transparent for clients that take neither WebP nor AVIF', async () => {
    const world = await createWorld()
    const { variants } = await uploadPicture(world, images.halfPng)
    const { headers } = await get(world, variants.small, {})
    expect(headers.get('content-type')).toBe('image/png')
  })

  it('is made once, and read without the database once this isolate knows the file', async () => {
    const world = await createWorld()
    const { asset, variants } = await uploadPicture(world, await halves(200, 100))
    expect(trips(await get(world, asset.file.url))).toBe('1')
    const first = await get(world, variants.thumb)
    expect(trips(first)).toBe('0')
    failImages(world, 'broken')
    const second = await get(world, variants.thumb)
    expect(trips(second)).toBe('0')
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'))
    expect(await second.bytes()).toEqual(await first.bytes())
    expect(await storedKeys(world)).toHaveLength(2)
    expect((await booksOf(world)).bytes).toBe(asset.file.bytes)
  })

  it('that two ask for at once is the same for both', async () => {
    const world = await createWorld()
    const { variants } = await uploadPicture(world, await halves(200, 100))
    const answers = await Promise.all([1, 2, 3].map(() => get(world, variants.small)))
    const tags = answers.map((answer) => answer.headers.get('etag'))
    expect(new Set(tags).size).toBe(1)
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await storedKeys(world)).toHaveLength(2)
  })

  it('has a tag of its own for each type, by which nothing is sent again', async () => {
    const world = await createWorld()
    const { variants } = await uploadPicture(world, await halves(200, 100))
    const webp = (await get(world, variants.small)).headers.get('etag') ?? ''
    const jpeg = (await get(world, variants.small, {})).headers.get('etag') ?? ''
    expect(webp).toMatch(/^"[^"]+"$/)
    expect(jpeg).not.toBe(webp)
    const status = async (tag: string) =>
      (await get(world, variants.small, { ...WEBP, 'if-none-match': tag })).status
    expect(await status(webp)).toBe(304)
    expect(await status(jpeg)).toBe(200)
  })

  it('is sent whole when a part is asked for, and as headers alone for HEAD', async () => {
    const world = await createWorld()
    const { variants } = await uploadPicture(world, await halves(200, 100))
    const whole = await (await get(world, variants.small)).bytes()
    const part = await get(world, variants.small, { ...WEBP, range: 'bytes=0-9' })
    expect(part.status).toBe(200)
    expect(part.headers.get('accept-ranges')).toBeNull()
    expect(await part.bytes()).toEqual(whole)
    const head = await world.anonymous.fetch('HEAD', variants.small, { headers: WEBP })
    expect(head.headers.get('content-length')).toBe(String(whole.length))
    expect(await head.text()).toBe('')
  })

  it.each(['huge', 'thumb-', 'thumb-1', 'thumb-1-1000', 'small-30-70', 'constructor', 'THUMB'])(
    'does not exist by the name %s',
    async (name) => {
      const world = await createWorld()
      const { id } = await uploadPicture(world, images.jpeg)
      expect(await codeOf(await get(world, `/media/${id}/1/${name}/x`))).toBe('404 not_found')
    },
  )

  it('is none of a file that is no picture, and none of another tenant’s', async () => {
    const [world, other] = [await createWorld(), await createWorld()]
    const { id } = await upload(world, bytesOf('Text'))
    expect((await get(world, `/media/${id}/1/small/x`)).status).toBe(404)
    const { variants } = await uploadPicture(world, images.jpeg)
    expect((await get(other, variants.small)).status).toBe(404)
  })
})

describe('the focal point of an asset', () => {
  it('is in the address of squares alone, unless it is the middle', async () => {
    const world = await createWorld()
    const { id, variants, srcset } = await uploadPicture(
      world,
      await halves(1_000, 500),
      '?name=a%20b,c.png',
    )
    const at = (preset: string) => `/media/${id}/1/${preset}/a%20b%2Cc.png`
    expect(variants.thumb).toBe(at('thumb'))
    expect(srcset).toBe(`${at('small')} 480w, ${at('medium')} 960w, ${at('large')} 1000w`)
    await change(world, id, { focalPoint: { x: 0.304, y: 1 } })
    const moved = await readAsset(world, id)
    expect(moved.variants).toEqual({ ...variants, thumb: at('thumb-30-100') })
    const admin = await world.as('admin')
    const query = `{ mediaAsset(id: "${id}") { file { srcset variants { thumb large } } } }`
    expect((await admin.graphql(query)).data).toEqual({
      mediaAsset: { file: { srcset, variants: { thumb: at('thumb-30-100'), large: at('large') } } },
    })
  })

  it('decides what is cut out', async () => {
    const world = await createWorld()
    const { id } = await uploadPicture(world, await halves(400, 100))
    const colours = []
    for (const x of [0, 1]) {
      await change(world, id, { focalPoint: { x, y: 0.5 } })
      const { variants } = await readAsset(world, id)
      const thumb = await (await get(world, variants.thumb)).bytes()
      const { id: copy } = await upload(world, thumb)
      await world.drain()
      const { asset } = await readAsset(world, copy)
      colours.push(asset.file.color)
    }
    expect(colours[0]).toMatch(/^#f[a-f]0[0-9]0[0-9]$/)
    expect(colours[1]).toMatch(/^#0[0-9]0[0-9]f[a-f]$/)
  })

  it('leads away from every other square, so that nobody can have more made', async () => {
    const world = await createWorld()
    const { id, variants } = await uploadPicture(world, await halves(200, 100))
    const before = await storedKeys(world)
    for (const name of ['thumb-1-1', 'thumb-99-7', 'thumb-50-50', 'thumb-050-50']) {
      const response = await get(world, `/media/${id}/1/${name}/x?a=1`)
      expect(response.status).toBe(307)
      expect(response.headers.get('location')).toBe(`${variants.thumb}?a=1`)
      expect(response.headers.get('cache-control')).toBe('no-cache')
    }
    expect(await storedKeys(world)).toEqual(before)
    await change(world, id, { focalPoint: { x: 0.3, y: 0.7 } })
    const response = await get(world, variants.thumb)
    expect(response.headers.get('location')).toContain('/thumb-30-70/')
  })
})

describe('a variant of a private picture', () => {
  const openPrivate = async () => {
    const world = await createWorld()
    const bytes = await halves(200, 100)
    return { world, ...(await uploadPicture(world, bytes, '?visibility=private')) }
  }

  it('is there for those who may see the library alone', async () => {
    const { world, variants } = await openPrivate()
    const read = (client: Client) => client.fetch('GET', variants.small, { headers: WEBP })
    expect((await read(world.anonymous)).status).toBe(404)
    expect((await read(await world.as('customer'))).status).toBe(404)
    const response = await read(await world.as('manager'))
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('private, no-cache')
    expect(response.headers.get('vary')).toMatch(/^Accept, Authorization, Cookie, /)
  })

  it('is read by the signed link of its file, also after a redirect', async () => {
    const { world, id, variants } = await openPrivate()
    const admin = await world.as('admin')
    const link = await admin.json<{ url: string }>('POST', `/api/v1/media/assets/${id}/links`, {
      body: {},
    })
    const query = link.url.slice(link.url.indexOf('?'))
    const response = await get(world, variants.small + query)
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toMatch(/^private, max-age=3[56]\d\d$/)
    const redirect = await get(world, `/media/${id}/1/thumb-1-2/x${query}`)
    expect(redirect.headers.get('cache-control')).toBe('private, no-cache')
    expect((await get(world, redirect.headers.get('location') ?? '')).status).toBe(200)
    expect((await get(world, variants.small + query.replace('=', '=1'))).status).toBe(404)
    expect((await get(world, `/media/${id}/1/thumb-1-2/x`)).status).toBe(404)
  })
})

describe('the original', () => {
  const openPicture = async (bytes: Uint8Array = images.jpeg) => {
    const world = await createWorld()
    return { world, ...(await uploadPicture(world, bytes)) }
  }

  it.each<[string, (world: World) => void, string]>([
    [
      'nothing makes variants',
      (world) => Object.assign(world.isolate.shared, { images: noImages }),
      HOUR,
    ],
    ['nothing is made of it', (world) => failImages(world, undefined), HOUR],
    ['it cannot be read', (world) => failImages(world, 'broken'), HOUR],
    ['nobody answers', (world) => failImages(world, 'unavailable'), 'no-store'],
  ])('is served where %s, for a while', async (_, prepare, cacheControl) => {
    const { world, asset, variants } = await openPicture()
    prepare(world)
    const response = await get(world, variants.small)
    expect(response.headers.get('cache-control')).toBe(cacheControl)
    expect(response.headers.get('vary')).toMatch(/^Accept, /)
    expect(response.headers.get('etag')).toBe(`"${asset.file.sha256}"`)
    expect(await sha256Of(await response.bytes())).toBe(asset.file.sha256)
    expect(await storedKeys(world)).toHaveLength(1)
  })

  it('is served of a picture that is broken behind its header, and of one that moves', async () => {
    const world = await createWorld()
    for (const bytes of [png(), images.movingGif]) {
      const { id, file } = await upload(world, bytes)
      const response = await get(world, `/media/${id}/1/small/x`)
      expect(response.headers.get('etag')).toBe(`"${file.sha256}"`)
      expect(response.headers.get('cache-control')).toBe(HOUR)
      expect(response.headers.get('content-type')).toBe(file.mediaType)
    }
  })

  it('is not served while too many are being made: the client comes again', async () => {
    const { world, variants } = await openPicture()
    failImages(world, 'busy')
    const response = await get(world, variants.small)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await codeOf(response)).toBe('503 unavailable')
  })

  it('alone has an address where no variants are made', async () => {
    const world = await createWorld()
    for (const bytes of [images.movingGif, images.movingWebp, bytesOf('Text')]) {
      const { file } = await upload(world, bytes)
      expect(file).toMatchObject({ variants: null, srcset: null })
    }
  })
})

import { describe, expect, it } from 'vitest'
import { createWorld } from '../../support/world.ts'
import { type AssetAnswer, bytesOf, codeOf, longText, png, sha256Of, upload } from './support.ts'

const trips = (response: Response) =>
  /db-trips;desc="(\d+)"/.exec(response.headers.get('server-timing') ?? '')?.[1]

describe('a public file', () => {
  it('may be kept for ever by anybody, and is shown as what its bytes are', async () => {
    const world = await createWorld()
    const bytes = png()
    const { file } = await upload(world, bytes, '?name=page.html')
    const response = await world.anonymous.fetch('GET', file.url)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': '64',
      'cache-control': 'public, max-age=31536000, immutable',
      etag: `"${await sha256Of(bytes)}"`,
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'content-disposition': `inline; filename="page.html"; filename*=UTF-8''page.html`,
    })
  })

  it('is read without the database once this isolate knows it', async () => {
    const world = await createWorld()
    const { file } = await upload(world)
    expect(trips(await world.anonymous.fetch('GET', file.url))).toBe('1')
    expect(trips(await world.anonymous.fetch('GET', file.url))).toBe('0')
  })

  it('is there no more as soon as it is private or in the trash, and again afterwards', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const { id, file } = await upload(world)
    const status = async () => (await world.anonymous.fetch('GET', file.url)).status
    const change = (method: string, path: string, body?: unknown) =>
      admin.fetch(method, `/api/v1/media/assets/${id}${path}`, {
        ...(body === undefined ? {} : { body }),
        headers: { 'if-match': '*' },
      })
    expect(await status()).toBe(200)
    await change('PATCH', '', { visibility: 'private' })
    expect(await status()).toBe(404)
    await change('PATCH', '', { visibility: 'public' })
    expect(await status()).toBe(200)
    await change('DELETE', '')
    expect(await status()).toBe(404)
    await change('POST', '/restore')
    expect(await status()).toBe(200)
  })

  it('is another tenant’s as little as one that never was', async () => {
    const [world, other] = [await createWorld(), await createWorld()]
    const { id, file } = await upload(world)
    const paths = [file.url, `/media/${id}/2/x`, `/media/${id}/0/x`, '/media/x/1/x']
    for (const path of paths)
      expect(await codeOf(await other.anonymous.fetch('GET', path))).toBe('404 not_found')
  })

  it.each([
    ['text', bytesOf('Text'), 'text/plain; charset=utf-8'],
    ['a PDF', bytesOf('%PDF-1.7 x'), 'application/pdf'],
    ['an archive', bytesOf('PK\u0003\u0004 x'), 'application/zip'],
  ])('that is %s is downloaded, and cut off from everything', async (_, bytes, type) => {
    const world = await createWorld()
    const { file } = await upload(world, bytes, '?name=a.html')
    const { headers } = await world.anonymous.fetch('GET', file.url)
    expect(headers.get('content-type')).toBe(type)
    expect(headers.get('content-disposition')).toMatch(/^attachment;/)
    expect(headers.get('content-security-policy')).toContain('sandbox')
  })
})

describe('a part of a file', () => {
  const size = 1_000

  it.each([
    ['bytes=0-0', 206, 0, 0],
    ['bytes=0-99', 206, 0, 99],
    ['bytes=990-', 206, 990, 999],
    ['bytes=990-5000', 206, 990, 999],
    ['bytes=-10', 206, 990, 999],
    ['bytes=-5000', 206, 0, 999],
    ['bytes=1000-', 416, 0, 0],
    ['bytes=-0', 416, 0, 0],
    ['bytes=5-4', 200, 0, 999],
    ['bytes=0-1,5-6', 200, 0, 999],
    ['lines=0-1', 200, 0, 999],
    ['bytes=-', 200, 0, 999],
  ])('%s answers %i', async (range, status, first, last) => {
    const world = await createWorld()
    const bytes = longText(size)
    const { file } = await upload(world, bytes)
    const response = await world.anonymous.fetch('GET', file.url, { headers: { range } })
    expect(response.status).toBe(status)
    if (status === 416) {
      expect(response.headers.get('content-range')).toBe(`bytes */${size}`)
      return
    }
    expect(await response.bytes()).toEqual(bytes.slice(first, last + 1))
    expect(response.headers.get('content-length')).toBe(String(last - first + 1))
    const range206 = status === 206 ? `bytes ${first}-${last}/${size}` : null
    expect(response.headers.get('content-range')).toBe(range206)
  })

  it('is of the file that the client has seen, else all of it is sent', async () => {
    const world = await createWorld()
    const { file } = await upload(world, longText(size))
    const status = async (ifRange: string) => {
      const headers = { range: 'bytes=0-9', 'if-range': ifRange }
      return (await world.anonymous.fetch('GET', file.url, { headers })).status
    }
    expect(await status(`"${file.sha256}"`)).toBe(206)
    expect(await status('"another"')).toBe(200)
    expect(await status(`W/"${file.sha256}"`)).toBe(200)
    expect(await status('Sun, 22 Nov 2026 09:00:00 GMT')).toBe(200)
  })
})

describe('a condition', () => {
  it.each<[string, (file: AssetAnswer['file']) => Record<string, string>, number]>([
    ['the tag is known', ({ sha256 }) => ({ 'if-none-match': `"x", W/"${sha256}"` }), 304],
    ['any is known', () => ({ 'if-none-match': '*' }), 304],
    ['another is known', () => ({ 'if-none-match': '"x"' }), 200],
    ['nothing is newer', () => ({ 'if-modified-since': 'Fri, 01 Jan 2100 00:00:00 GMT' }), 304],
    ['it is newer', () => ({ 'if-modified-since': 'Sat, 01 Jan 2000 00:00:00 GMT' }), 200],
    ['another is wanted', () => ({ 'if-match': '"x"' }), 412],
    ['it is wanted', ({ sha256 }) => ({ 'if-match': `"${sha256}"` }), 200],
  ])('that %s decides', async (_, headersOf, status) => {
    const world = await createWorld()
    const { file } = await upload(world)
    const headers = headersOf(file)
    const response = await world.anonymous.fetch('GET', file.url, { headers })
    expect(response.status).toBe(status)
    expect(await response.text()).toBe(status === 200 ? 'Some text.' : '')
  })

  it('of HEAD is that of GET, without the bytes', async () => {
    const world = await createWorld()
    const { file } = await upload(world)
    const response = await world.anonymous.fetch('HEAD', file.url)
    expect(response.headers.get('content-length')).toBe('10')
    expect(await response.text()).toBe('')
  })
})

describe('a private file', () => {
  const openPrivate = async () => {
    const world = await createWorld()
    const asset = await upload(world, bytesOf('Secret.'), '?visibility=private')
    return { world, ...asset }
  }

  it('does not exist for those without the permission, and is kept by no cache', async () => {
    const { world, file } = await openPrivate()
    for (const client of [world.anonymous, await world.as('customer')])
      expect((await client.fetch('GET', file.url)).status).toBe(404)
    const response = await (await world.as('manager')).fetch('GET', file.url)
    expect(await response.text()).toBe('Secret.')
    expect(response.headers.get('cache-control')).toBe('private, no-cache')
  })

  it('is read by a signed link until that expires', async () => {
    const { world, id } = await openPrivate()
    const admin = await world.as('admin')
    const { url, expiresAt } = await admin.json<{ url: string; expiresAt: string }>(
      'POST',
      `/api/v1/media/assets/${id}/links`,
      { body: { expiresSeconds: 60 } },
    )
    expect(Math.abs(Date.parse(expiresAt) - world.clock.now() - 60_000)).toBeLessThan(2_000)
    const response = await world.anonymous.fetch('GET', url)
    expect(await response.text()).toBe('Secret.')
    expect(response.headers.get('cache-control')).toMatch(/^private, max-age=[1-6]?\d$/)
    world.clock.advance(61_000)
    expect((await world.anonymous.fetch('GET', url)).status).toBe(404)
  })

  it('is not read by a link of another file, another time or another signature', async () => {
    const { world, id } = await openPrivate()
    const other = await upload(world, bytesOf('Other.'), '?visibility=private')
    const admin = await world.as('admin')
    const { url } = await admin.json<{ url: string }>('POST', `/api/v1/media/assets/${id}/links`, {
      body: {},
    })
    const forged = [
      url.replace(id, other.id),
      url.replace(/expires=\d+/, 'expires=99999999999'),
      url.replace(/signature=../, 'signature=xx'),
      url.replace(/&signature.*/, ''),
    ]
    for (const path of forged)
      expect((await world.anonymous.fetch('GET', path)).status, path).toBe(404)
  })
})

describe('a name', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\temp\\a.txt', 'a.txt'],
    ['a\r\nSet-Cookie: x=1.txt', 'aSet-Cookie: x=1.txt'],
    ['invoice\u202Egnp.exe', 'invoicegnp.exe'],
    ['"quoted";.txt', '"quoted";.txt'],
    ['naïve – 文件.txt', 'naïve – 文件.txt'],
    [`${'ä'.repeat(300)}.jpeg`, `${'ä'.repeat(195)}.jpeg`],
  ])('%j is the label %j, in no key and no header as it is', async (given, label) => {
    const world = await createWorld()
    const { name, file } = await upload(
      world,
      bytesOf('Text'),
      `?name=${encodeURIComponent(given)}`,
    )
    expect(name).toBe(label)
    const { headers } = await world.anonymous.fetch('GET', file.url)
    const disposition = headers.get('content-disposition') ?? ''
    expect(disposition).toMatch(/^attachment; filename="[^"\\%]*"; filename\*=UTF-8''[\w.~%!-]+$/)
    const extended = /UTF-8''(.*)$/.exec(disposition)?.[1] ?? ''
    expect(decodeURIComponent(extended)).toBe(label)
    expect(headers.get('set-cookie')).toBeNull()
  })

  it.each(['..', '', '/', '\u0000'])('%j is none', async (given) => {
    const world = await createWorld()
    await expect(
      upload(world, bytesOf('Text'), `?name=${encodeURIComponent(given)}`),
    ).rejects.toThrow('422')
  })
})

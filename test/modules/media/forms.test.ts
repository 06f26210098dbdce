import { describe, expect, it } from 'vitest'
import { join } from '../../support/hostile-images.ts'
import { type World, createWorld } from '../../support/world.ts'
import { type AssetAnswer, codeOf, longText, png, sendBytes, storedKeys } from './support.ts'

const BOUNDARY = 'a+boundary'
const TYPE = { 'content-type': `multipart/form-data; boundary="${BOUNDARY}"` }

const field = (name: string, value: string) =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const fileHead = (name = 'a.txt', type = 'text/plain') =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`
const END = `\r\n--${BOUNDARY}--\r\n`

async function send(world: World, body: Uint8Array, headers: Record<string, string> = TYPE) {
  return sendBytes(world, await world.as('admin'), body, { headers })
}

describe('a form', () => {
  it('gives the file and what is said of it', async () => {
    const world = await createWorld()
    const bytes = png()
    const fields = field('visibility', 'private') + field('name', 'näme.png')
    const response = await send(world, join(fields, fileHead('b.png', 'image/png'), bytes, END))
    const asset = await response.json<AssetAnswer>()
    expect(asset).toMatchObject({ name: 'näme.png', visibility: 'private', kind: 'image' })
    const read = await (await world.as('admin')).fetch('GET', asset.file.url)
    expect(await read.bytes()).toEqual(bytes)
  })

  it.each([0, 1, 39_000, 65_500, 65_536, 5_242_880, 6_000_000])(
    'gives a file of %i bytes and more, wherever its pieces end',
    async (length) => {
      const world = await createWorld()
      // Holds beginnings of the delimiter, and lines that are nearly one.
      const bytes = join(longText(length), `\r\n--${BOUNDARY.slice(0, 5)}\r\r\n--a+`, 'x')
      const response = await send(world, join(fileHead(), bytes, END))
      const { name, file } = await response.json<AssetAnswer>()
      expect(name).toBe('a.txt')
      const read = await world.anonymous.fetch('GET', file.url)
      expect(await read.bytes()).toEqual(bytes)
    },
  )

  const many = Array.from({ length: 100_000 }, (_, index) => field(`f${index}`, 'x')).join('')

  it.each<[string, Uint8Array, string]>([
    ['100,000 parts', join(many, fileHead(), 'Text', END), '400 bad_request'],
    ['no file', join(field('name', 'x').slice(0, -2), END), '400 bad_request'],
    ['nothing', new Uint8Array(), '400 bad_request'],
    ['another boundary', join('--other\r\n\r\n'), '400 bad_request'],
    [
      'a field twice',
      join(field('name', 'a'), field('name', 'b'), fileHead(), 'T', END),
      '400 bad_request',
    ],
    [
      'a field that is too large',
      join(field('name', 'x'.repeat(70_000)), fileHead(), 'T', END),
      '400 bad_request',
    ],
    ['a header that is too large', join(fileHead('x'.repeat(5_000)), 'T', END), '400 bad_request'],
    ['a part without a name', join(`--${BOUNDARY}\r\nX: y\r\n\r\nT`, END), '400 bad_request'],
    [
      'a name that is no UTF-8',
      join(field('name', '').slice(0, -2), new Uint8Array([0xff]), '\r\n', fileHead(), 'T', END),
      '400 bad_request',
    ],
    [
      'a field that is unknown',
      join(field('admin', 'yes'), fileHead(), 'Text', END),
      '422 invalid_input',
    ],
    ['a file that is cut off', join(fileHead(), 'Text'), '400 bad_request'],
    ['a large file that is cut off', join(fileHead(), longText(11_000_000)), '400 bad_request'],
    ['two files', join(fileHead(), 'Text\r\n', fileHead(), 'Text', END), '400 bad_request'],
    [
      'a field behind the file',
      join(fileHead(), 'Text\r\n', field('name', 'x').slice(0, -2), END),
      '400 bad_request',
    ],
    ['an empty file', join(fileHead(), END), '415 media.type_refused'],
    ['a page', join(fileHead('a.png', 'image/png'), '<html>', END), '415 media.type_refused'],
  ])('of %s is refused and leaves nothing', async (_, body, code) => {
    const world = await createWorld()
    expect(await codeOf(await send(world, body))).toBe(code)
    expect(await storedKeys(world)).toEqual([])
  })

  it('names its file as it likes, and only the name without folders stays', async () => {
    const world = await createWorld()
    const response = await send(world, join(fileHead('../..\\x/%22e%22vil.txt'), 'Text', END))
    expect((await response.json<AssetAnswer>()).name).toBe('"e"vil.txt')
  })

  it('has a boundary', async () => {
    const world = await createWorld()
    const body = join(fileHead(), 'Text', END)
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary=']) {
      const response = await send(world, body, { 'content-type': type })
      expect(response.status, type).toBeGreaterThanOrEqual(400)
    }
  })
})

import { describe, expect, it } from 'vitest'
import { join } from '../../support/hostile-images.ts'
import { images } from '../../support/images.ts'
import { createWorld } from '../../support/world.ts'
import { type AssetAnswer, codeOf, png, sendBytes, storedKeys } from './support.ts'

const SCRIPT = '<script>alert(document.domain)</script>'
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"'
const GIF = join('GIF89a', [1, 0, 1, 0, 0, 0, 0], [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 68, 1, 0])
const jpegComment = (text: string) => join([0xff, 0xfe, 0, text.length + 2], text)
const jpegFrame = (width: number, height: number) =>
  join([0xff, 0xd8, 0xff, 0xc0, 0, 17, 8], u16(height), u16(width), [3], new Uint8Array(9))
const u16 = (value: number) => [value >> 8, value & 255]

/** What is sent; a name and headers where they are the weapon. */
interface Weapon {
  readonly body: Uint8Array
  readonly name?: string
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

const REFUSED = '415 media.type_refused'
const BAD_FORM = '400 bad_request'
const form = (text: string, boundary = 'b'): Weapon => ({
  body: join(text),
  type: `multipart/form-data; boundary=${boundary}`,
})
const part = (headers: string, content = 'Text') => `--b\r\n${headers}\r\n\r\n${content}\r\n`
const filePart = part('Content-Disposition: form-data; name="file"; filename="a.txt"')

const refused: readonly (readonly [string, Weapon, string])[] = [
  ['a page that claims to be a JPEG', { body: join(SCRIPT), type: 'image/jpeg' }, REFUSED],
  ['a page that claims to be text', { body: join(SCRIPT), type: 'text/plain' }, REFUSED],
  ['a page behind a byte order mark', { body: join([0xef, 0xbb, 0xbf], SCRIPT) }, REFUSED],
  ['a page behind blank lines', { body: join(' \r\n\t\f', SCRIPT) }, REFUSED],
  ['a page behind a comment', { body: join('<!-- a -->', SCRIPT) }, REFUSED],
  ['a page in UTF-16', { body: join([0xff, 0xfe, 0x3c, 0, 0x68, 0, 0x74, 0]) }, REFUSED],
  ['XHTML', { body: join('<?xml version="1.0"?><html/>') }, REFUSED],
  ['PHP', { body: join('<?php system($_GET["c"]);'), name: 'a.jpg' }, REFUSED],
  ['a drawing with a script', { body: join(`${SVG}>${SCRIPT}</svg>`) }, REFUSED],
  ['a drawing with a handler', { body: join(`${SVG} onload="alert(1)"/>`) }, REFUSED],
  ['a drawing that claims to be a PNG', { body: join(`${SVG}/>`), type: 'image/png' }, REFUSED],
  ['a drawing of entities', { body: join('<!DOCTYPE svg [<!ENTITY a "b">]>') }, REFUSED],
  ['a program of Linux', { body: join([0x7f], 'ELF', [2, 1, 1, 0]) }, REFUSED],
  ['a program of Windows', { body: join('MZ', [0x90, 0, 3, 0]), name: 'a.png' }, REFUSED],
  ['a class of Java', { body: join([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 52]) }, REFUSED],
  ['WebAssembly', { body: join([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) }, REFUSED],
  ['a document of macros', { body: join([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]) }, REFUSED],
  ['a compressed file', { body: join([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]) }, REFUSED],
  ['nothing', { body: join() }, REFUSED],
  ['one byte', { body: join([0xff]) }, REFUSED],
  ['JavaScript that claims to be an image', { body: join('alert(1)'), type: 'image/gif' }, REFUSED],
  ['the signature of a PNG', { body: png().slice(0, 8) }, REFUSED],
  ['the signature of a JPEG', { body: join([0xff, 0xd8, 0xff, 0xe0]) }, REFUSED],
  ['a JPEG that ends before its frame', { body: images.jpeg.slice(0, 30) }, REFUSED],
  ['a JPEG whose parts lie', { body: join([0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff], 'x') }, REFUSED],
  ['a WebP that is a header', { body: join('RIFF', [4, 0, 0, 0], 'WEBP') }, REFUSED],
  ['an AVIF that is a header', { body: join([0, 0, 0, 20], 'ftypavif', [0, 0, 0, 0]) }, REFUSED],
  ['a PNG of 10,000,000,000 pixels', { body: png(100_000, 100_000) }, REFUSED],
  ['a PNG of no pixels', { body: png(0, 0) }, REFUSED],
  ['a JPEG of 4,294,836,225 pixels', { body: jpegFrame(65_535, 65_535) }, REFUSED],
  ['a GIF of 4,294,836,225 pixels', { body: join('GIF89a', [255, 255, 255, 255]) }, REFUSED],
  ['a form that never ends', form(filePart), BAD_FORM],
  ['a form in a form', form(part('Content-Type: multipart/mixed; boundary=c', '--c--')), BAD_FORM],
  ['a form whose header has no end', form(`--b\r\nX: ${'y'.repeat(9_000)}`), BAD_FORM],
  [
    'a form of 100,000 parts',
    form(part('Content-Disposition: form-data; name="x"').repeat(100_000)),
    BAD_FORM,
  ],
  ['a boundary of 71 characters', form('--b--', 'b'.repeat(71)), BAD_FORM],
  [
    'bytes of another digest',
    { body: join('Text'), headers: { 'content-digest': `sha-256=:${btoa('x'.repeat(32))}:` } },
    '422 media.checksum_mismatch',
  ],
]

const harmless: readonly (readonly [string, Weapon, string])[] = [
  ['a GIF that is an archive too', { body: join(GIF, 'PK\u0003\u0004', [0x3b]) }, 'image/gif'],
  [
    'a GIF that is a script too',
    { body: join('GIF89a', GIF.slice(6), '=1;alert(1)//') },
    'image/gif',
  ],
  [
    'a JPEG with PHP in a comment',
    { body: join([0xff, 0xd8], jpegComment('<?php CANARY'), images.jpeg.slice(2)), name: 'a.php' },
    'image/jpeg',
  ],
  ['a JPEG with a page behind it', { body: join(images.jpeg, SCRIPT, 'CANARY') }, 'image/jpeg'],
  [
    'a PDF with a page in it',
    { body: join('%PDF-1.7\n', SCRIPT), name: 'a.html' },
    'application/pdf',
  ],
  ['an archive with a page in it', { body: join('PK\u0003\u0004', SCRIPT) }, 'application/zip'],
  ['text with a page behind it', { body: join('a\n'.repeat(200), SCRIPT) }, 'text/plain'],
  ['JavaScript', { body: join('alert(1)'), type: 'text/javascript', name: 'a.js' }, 'text/plain'],
  ['a shell script', { body: join('#!/bin/sh\nrm -rf /'), name: '../../.bashrc' }, 'text/plain'],
  ['a name of headers', { body: join('a'), name: 'a\r\nSet-Cookie: a=b\r\n\r\n<p>' }, 'text/plain'],
  ['a name that reads backwards', { body: join('a'), name: 'a\u202Egpj.exe' }, 'text/plain'],
]

const send = async ({ body, name, type, headers = {} }: Weapon) => {
  const world = await createWorld()
  const path = `/api/v1/media/uploads${name === undefined ? '' : `?name=${encodeURIComponent(name)}`}`
  const sent = { ...(type === undefined ? {} : { 'content-type': type }), ...headers }
  const response = await sendBytes(world, await world.as('admin'), body, { path, headers: sent })
  return { world, response }
}

describe('D6: a hostile file or body', () => {
  it('is one of 48', () => {
    expect(refused.length + harmless.length).toBe(48)
  })

  it.each(refused)('%s: is refused, and nothing is left', async (_, weapon, code) => {
    const { world, response } = await send(weapon)
    expect(await codeOf(response)).toBe(code)
    expect(await storedKeys(world)).toEqual([])
    const admin = await world.as('admin')
    const page = await admin.json<{ items: unknown[] }>('GET', '/api/v1/media/assets')
    expect(page.items).toEqual([])
  })

  it.each(harmless)(
    '%s: is served as what its bytes are, and runs nowhere',
    async (_, weapon, type) => {
      const { world, response } = await send(weapon)
      expect(response.status).toBe(201)
      const { file } = await response.json<AssetAnswer>()
      const served = await world.anonymous.fetch('GET', file.url)
      const header = (name: string) => served.headers.get(name) ?? ''
      expect(header('content-type').split(';')[0]).toBe(type)
      expect(header('x-content-type-options')).toBe('nosniff')
      expect(header('content-security-policy')).toMatch(/default-src 'none'/)
      expect(header('set-cookie')).toBe('')
      if (!type.startsWith('image/')) {
        expect(header('content-disposition')).toMatch(/^attachment; /)
        expect(header('content-security-policy')).toMatch(/sandbox/)
      } else expect(await served.text()).not.toContain('CANARY')
      expect(await storedKeys(world)).toHaveLength(1)
      expect((await storedKeys(world))[0]).toMatch(
        /^[0-9a-f-]{36}\/\d{4}\/\d\d\/[0-9a-f-]{36}\.\w{3,4}$/,
      )
    },
  )
})

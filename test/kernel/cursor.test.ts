import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCursors, equalTexts, fromBase64Url, toBase64Url } from '../../src/kernel/cursor.ts'
import { sha256 } from '../../src/kernel/digest.ts'
import { AppError } from '../../src/kernel/errors.ts'

const cursors = createCursors((text) => sha256(`key ${text}`))

const position = fc.array(
  fc.oneof(fc.string({ unit: 'binary' }), fc.maxSafeInteger(), fc.constant(null)),
  { maxLength: 4 },
)

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

describe('a cursor', () => {
  it('leads back to the position that it was made of', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), position, async (scope, values) => {
        const cursor = await cursors.encode(scope, values)
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/)
        expect(await cursors.decode(scope, cursor)).toEqual(values)
      }),
    )
  })

  it.each([
    ['with a rest of two bytes', ['2026', 12]],
    ['with a rest of one byte', ['2026', 1]],
    ['with a rest of no bytes', ['2026', 123]],
    ['with a character that stands for broken ones', ['\ufffd']],
  ])('is refused with any one character changed, %s', async (_, values) => {
    const cursor = await cursors.encode('list', values)
    for (let at = 0; at < cursor.length; at++) {
      for (const other of ALPHABET) {
        if (other === cursor[at]) continue
        const forged = cursor.slice(0, at) + other + cursor.slice(at + 1)
        await expect(cursors.decode('list', forged), forged).rejects.toBeInstanceOf(AppError)
      }
    }
  })

  it('is refused when it is cut, longer, padded or of another alphabet', async () => {
    const cursor = await cursors.encode('list', ['a', 1])
    const forged = [
      '',
      'x',
      cursor.slice(1),
      cursor.slice(0, -1),
      `${cursor}A`,
      `${cursor}==`,
      ` ${cursor}`,
      cursor.replaceAll(/[-_]/g, '+'),
      `${cursor}\u0000`,
    ].filter((text) => text !== cursor)
    for (const text of forged)
      await expect(cursors.decode('list', text)).rejects.toBeInstanceOf(AppError)
  })

  it('of one list is refused in another, and says where the fault is', async () => {
    const cursor = await cursors.encode('tenant-a posts', [1])
    const refused = await cursors.decode('tenant-b posts', cursor).catch((error: unknown) => error)
    expect(refused).toMatchObject({
      definition: { code: 'invalid_input', status: 422 },
      errors: [{ pointer: '/cursor', code: 'invalid_cursor' }],
    })
  })

  it('of another deployment is refused', async () => {
    const others = createCursors((text) => sha256(`other key ${text}`))
    const cursor = await others.encode('list', [1])
    await expect(cursors.decode('list', cursor)).rejects.toBeInstanceOf(AppError)
  })
})

describe('base64url', () => {
  it('brings any bytes back, and agrees with Node', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const text = toBase64Url(bytes)
        expect(text).toBe(Buffer.from(bytes).toString('base64url'))
        expect(fromBase64Url(text)).toEqual(new Uint8Array(bytes))
      }),
    )
  })

  it.each(['A', 'AAAAA', 'AA==', 'A+', 'A/', 'A A', 'é'])('does not read %s', (text) => {
    expect(fromBase64Url(text)).toBeUndefined()
  })
})

describe('equalTexts', () => {
  it('agrees with === on all texts', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (left, right) => {
        expect(equalTexts(left, right)).toBe(left === right)
        expect(equalTexts(left, left)).toBe(true)
      }),
    )
  })
})

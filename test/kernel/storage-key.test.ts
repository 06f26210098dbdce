import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { extensionOf, isStorageKey, storageKey } from '../../src/kernel/storage-key.ts'

const tenantId = '01890a5d-ac96-774b-bcce-b302099a8057'
const id = '0190163d-8694-739b-aea5-966c26f8ad91'
const at = Date.UTC(2026, 0, 31, 23, 59, 59, 999)

describe('the key of a file', () => {
  it('names tenant, year, month in UTC and id', () => {
    const key = `${tenantId}/2026/01/${id}.jpg`
    expect(storageKey({ tenantId, id, at, extension: 'jpg' })).toBe(key)
    expect(storageKey({ tenantId, id, at: at + 1, extension: 'jpg' })).toContain('/2026/02/')
  })

  it.each(['', '.jpg', 'JPG', 'a/b', '..', 'jpg\u0000', 'ＪＰＧ', 'e'.repeat(11), 'j pg', 'svg;'])(
    'has no extension like %j',
    (extension) => {
      expect(() => storageKey({ tenantId, id, at, extension })).toThrow(RangeError)
    },
  )

  it.each(['', '..', `${tenantId}/..`, tenantId.toUpperCase()])('has no id like %j', (other) => {
    const parts = { tenantId, id, at, extension: 'jpg' }
    expect(() => storageKey({ ...parts, tenantId: other })).toThrow(RangeError)
    expect(() => storageKey({ ...parts, id: other })).toThrow(RangeError)
  })

  it.each([-1, Number.NaN, Date.UTC(10_000, 0)])('has no year of the instant %d', (instant) => {
    expect(() => storageKey({ tenantId, id, at: instant, extension: 'jpg' })).toThrow(RangeError)
  })
})

describe('an extension', () => {
  it.each([
    ['photo.JPG', 'jpg'],
    ['archive.tar.gz', 'gz'],
    ['../../etc/passwd.png', 'png'],
  ])('of %j is %j', (name, extension) => {
    expect(extensionOf(name)).toBe(extension)
  })

  it.each(['photo', '.htaccess', 'photo.', 'photo.j/pg', 'photo.ελ', 'photo.j\u0000', ''])(
    'of %j is none',
    (name) => {
      expect(extensionOf(name)).toBeUndefined()
    },
  )
})

describe('what a key may be', () => {
  it('is what the builders make', () => {
    expect(isStorageKey(storageKey({ tenantId, id, at, extension: '7z' }))).toBe(true)
    expect(isStorageKey(`${tenantId}/events/${id}.json`)).toBe(true)
  })

  it('is up to 1,024 bytes', () => {
    expect([isStorageKey('k'.repeat(1_024)), isStorageKey('k'.repeat(1_025))]).toEqual([
      true,
      false,
    ])
    expect([isStorageKey('é'.repeat(512)), isStorageKey('é'.repeat(513))]).toEqual([true, false])
  })

  it('is never what a URL resolves to another', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('.', '/', '%2e', 'a', '\\', '\n') }), (key) => {
        if (!isStorageKey(key)) return
        const path = key.split('/').map(encodeURIComponent).join('/')
        expect(new URL(`https://host/bucket/${path}`).pathname).toBe(`/bucket/${path}`)
      }),
    )
  })

  it.each(['\ud800', 'a\u0085b', 'a\u007fb'])('is not %j', (key) => {
    expect(isStorageKey(key)).toBe(false)
  })
})

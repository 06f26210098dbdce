import { describe, expect, it } from 'vitest'
import type { Storage } from '../../src/ports/storage.ts'
import {
  failureOf,
  newId,
  newKey,
  patterned,
  readFound,
  readText,
  sha256Of,
  pumped,
  streamed,
} from './storage-bytes.ts'

const SIZE = 300_000

/** Puts, gets, heads, copies and removals of single objects. */
export function objectContract(open: () => Storage): void {
  puts(open)
  gets(open)
  conditions(open)
  copies(open)
}

function puts(open: () => Storage): void {
  describe('a put', () => {
    it.each([
      ['a text', () => 'häuser', 7],
      ['bytes', () => patterned(SIZE), SIZE],
      ['a stream', () => ({ stream: streamed(SIZE), size: SIZE }), SIZE],
      ['a pump', () => ({ pump: pumped(SIZE), size: SIZE }), SIZE],
      ['no bytes', () => new Uint8Array(), 0],
      ['a stream of no bytes', () => ({ stream: streamed(0), size: 0 }), 0],
    ])('of %s is read at once as it was', async (_, body, size) => {
      const storage = open()
      const key = newKey()
      const headers = {
        contentType: 'image/png',
        contentDisposition: 'attachment; filename="a b.png"',
        cacheControl: 'private, max-age=60',
      }
      const stored = await storage.put(key, body(), headers)
      expect(stored).toEqual({ key, size, etag: expect.stringMatching(/^"[^"]+"$/) })
      const { bytes, info, range } = await readFound(await storage.get(key))
      expect(bytes).toEqual(size === 7 ? new TextEncoder().encode('häuser') : patterned(size))
      expect(info).toMatchObject({ ...stored, ...headers })
      expect(range).toBeUndefined()
      expect(await storage.head(key)).toEqual(info)
      expect(Math.abs(info.uploadedAt - Date.now())).toBeLessThan(60_000)
    })

    it('replaces what is there', async () => {
      const storage = open()
      const key = newKey()
      const first = await storage.put(key, 'one')
      const second = await storage.put(key, 'two')
      expect(second.etag).not.toBe(first.etag)
      expect(await readText(await storage.get(key))).toBe('two')
    })

    it('that is to create only replaces nothing', async () => {
      const storage = open()
      const key = newKey()
      await storage.put(key, 'one', { createOnly: true })
      const size = 2_000_000
      for (const body of ['two', { stream: streamed(size), size }, { pump: pumped(size), size }]) {
        expect(await failureOf(storage.put(key, body, { createOnly: true }))).toBe('exists')
      }
      expect(await readText(await storage.get(key))).toBe('one')
    })

    it('of one key at the same time creates one object', async () => {
      const storage = open()
      const key = newKey()
      const bodies = ['one', 'two', 'three', 'four']
      const outcomes = await Promise.allSettled(
        bodies.map((body) => storage.put(key, body, { createOnly: true })),
      )
      const won = bodies.filter((_, index) => outcomes[index]?.status === 'fulfilled')
      expect(won).toEqual([await readText(await storage.get(key))])
    })

    it('with a checksum keeps those bytes only', async () => {
      const storage = open()
      const key = newKey()
      const sha256 = await sha256Of(patterned(SIZE))
      await storage.put(key, { stream: streamed(SIZE), size: SIZE }, { sha256 })
      expect([undefined, sha256]).toContain((await storage.head(key))?.sha256)
      for (const body of ['other', { stream: streamed(7), size: 7 }]) {
        const other = newKey()
        expect(await failureOf(storage.put(other, body, { sha256 }))).toBe('checksum')
        expect(await storage.head(other)).toBeUndefined()
      }
      expect(await failureOf(storage.put(key, 'other', { sha256: 'x' }))).toBe('fatal')
    })

    it.each([
      ['fewer', SIZE + 1],
      ['more', SIZE - 1],
    ])('of a stream with %s bytes than told keeps nothing', async (_, size) => {
      const storage = open()
      const key = newKey()
      for (const body of [{ stream: streamed(SIZE) }, { pump: pumped(SIZE) }]) {
        const put = storage.put(key, { ...body, size })
        expect(['size', 'unavailable']).toContain(await failureOf(put))
        expect(await storage.get(key)).toBeUndefined()
      }
    })

    it('of a pump that breaks keeps nothing', async () => {
      const storage = open()
      const key = newKey()
      const put = storage.put(key, { pump: pumped(SIZE, 40_000), size: SIZE })
      expect(await failureOf(put)).toBe('unavailable')
      expect(await storage.get(key)).toBeUndefined()
    })

    it('of a stream that breaks keeps nothing', async () => {
      const storage = open()
      const key = newKey()
      const broken = streamed(SIZE).pipeThrough(
        new TransformStream({
          transform(chunk, controller) {
            controller.enqueue(chunk)
            controller.error(new Error('the client has gone'))
          },
        }),
      )
      const put = storage.put(key, { stream: broken, size: SIZE })
      expect(await failureOf(put)).toBe('unavailable')
      expect(await storage.get(key)).toBeUndefined()
    })

    it.each(['', '/a', 'a/', 'a//b', 'a/../b', './a', 'a\u0000b', 'a\\b', 'k'.repeat(1_025)])(
      'under %j is refused, as every call is',
      async (key) => {
        const storage = open()
        const upload = { key, id: 'x' }
        const calls = [
          storage.put(key, 'x'),
          storage.get(key),
          storage.head(key),
          storage.delete([key]),
          storage.copy(key, newKey()),
          storage.copy(newKey(), key),
          storage.createMultipart(key),
          storage.uploadPart(upload, 1, 'x'),
        ]
        const failures = await Promise.allSettled(calls.map(failureOf))
        expect(failures.map((one) => one.status === 'fulfilled' && one.value)).toEqual(
          calls.map((_, index) => (index === 7 ? expect.stringMatching(/fatal|upload/) : 'fatal')),
        )
      },
    )

    it.each(["a b+c&d=e?f#g%20h'(i)*!", 'ключ/日本/€.txt', 'k'.repeat(1_024)])(
      'under %j is found under it alone',
      async (rest) => {
        const storage = open()
        const prefix = newId()
        const key = `${prefix}/${rest}`.slice(0, 1_024)
        await storage.put(key, rest)
        expect(await readText(await storage.get(key))).toBe(rest)
        expect(
          (await storage.list({ prefix: `${prefix}/` })).objects.map((one) => one.key),
        ).toEqual([key])
        await storage.delete([key, `${key.slice(0, 1_000)}-`])
        expect(await storage.head(key)).toBeUndefined()
      },
    )
  })
}

function gets(open: () => Storage): void {
  describe('a get', () => {
    it('of what is not there tells so', async () => {
      const storage = open()
      expect(await storage.get(newKey())).toBeUndefined()
      expect(await storage.head(newKey())).toBeUndefined()
    })

    it.each([
      [{ offset: 0, length: 1 }, 0, 1],
      [{ offset: 99_999, length: 100_001 }, 99_999, 100_001],
      [{ offset: 299_999 }, 299_999, 1],
      [{ offset: 299_990, length: 100 }, 299_990, 10],
      [{ suffix: 10 }, 299_990, 10],
      [{ suffix: 400_000 }, 0, 300_000],
    ])('of the range %j has those bytes', async (range, offset, length) => {
      const storage = open()
      const key = newKey()
      const { etag } = await storage.put(key, patterned(SIZE))
      const found = await readFound(await storage.get(key, { range }))
      expect(found.range).toEqual({ offset, length })
      expect(found.info).toMatchObject({ size: SIZE, etag })
      expect(found.bytes).toEqual(patterned(length, offset))
    })

    it('of a range behind the end tells so', async () => {
      const storage = open()
      const key = newKey()
      await storage.put(key, 'twelve bytes')
      for (const range of [{ offset: 12 }, { offset: 50, length: 2 }]) {
        expect(await storage.get(key, { range })).toEqual({ kind: 'range_not_satisfiable' })
      }
    })

    it.each([{ offset: -1 }, { offset: 1.5 }, { offset: 0, length: 0 }, { suffix: 0 }])(
      'of the range %j, which means nothing, is refused',
      async (range) => {
        expect(await failureOf(open().get(newKey(), { range }))).toBe('fatal')
      },
    )

    it('can be given up before its end', async () => {
      const storage = open()
      const key = newKey()
      await storage.put(key, patterned(SIZE))
      const got = await storage.get(key)
      if (got?.kind === 'found') await got.body.cancel()
      expect(await readFound(await storage.get(key))).toMatchObject({ kind: 'found' })
    })
  })
}

function conditions(open: () => Storage): void {
  describe('a conditional get', () => {
    const HOUR = 3_600_000
    const other = '"00000000000000000000000000000000"'
    const put = async () => {
      const storage = open()
      const key = newKey()
      const { etag } = await storage.put(key, 'twelve bytes')
      const kind = async (options: Parameters<Storage['get']>[1]) => {
        const got = await storage.get(key, options)
        if (got?.kind === 'found') await got.body.cancel()
        return got?.kind
      }
      return { etag, kind, missing: () => storage.get(newKey(), { ifMatch: etag }) }
    }

    it('by If-Match gives the object that was named, and 412 for another', async () => {
      const { etag, kind, missing } = await put()
      expect(await kind({ ifMatch: etag })).toBe('found')
      expect(await kind({ ifMatch: other })).toBe('precondition_failed')
      expect(await missing()).toBeUndefined()
    })

    it('by If-None-Match gives 304 for the object that was named', async () => {
      const { etag, kind } = await put()
      expect(await kind({ ifNoneMatch: etag })).toBe('not_modified')
      expect(await kind({ ifNoneMatch: other })).toBe('found')
      expect(await kind({ ifNoneMatch: etag, range: { offset: 1 } })).toBe('not_modified')
    })

    it('by If-Modified-Since gives 304 for what has not changed since', async () => {
      const { kind } = await put()
      expect(await kind({ ifModifiedSince: Date.now() + HOUR })).toBe('not_modified')
      expect(await kind({ ifModifiedSince: Date.now() - HOUR })).toBe('found')
    })

    it('looks at the etag before the time, and at If-Match first', async () => {
      const { etag, kind } = await put()
      const ifModifiedSince = Date.now() + HOUR
      expect(await kind({ ifNoneMatch: other, ifModifiedSince })).toBe('found')
      expect(await kind({ ifMatch: other, ifNoneMatch: etag })).toBe('precondition_failed')
    })
  })
}

function copies(open: () => Storage): void {
  describe('a copy', () => {
    it('has the bytes and headers, and stays when its source goes', async () => {
      const storage = open()
      const [from, to] = [newKey('png'), newKey('png')]
      await storage.put(from, patterned(SIZE), { contentType: 'image/png' })
      await storage.put(to, 'replaced')
      const copied = await storage.copy(from, to)
      await storage.delete([from])
      const { bytes, info } = await readFound(await storage.get(to))
      expect(bytes).toEqual(patterned(SIZE))
      expect(info).toMatchObject({ ...copied, key: to, contentType: 'image/png' })
    })

    it('of what is not there tells so', async () => {
      const storage = open()
      const to = newKey()
      expect(await storage.copy(newKey(), to)).toBeUndefined()
      expect(await storage.head(to)).toBeUndefined()
    })
  })
}

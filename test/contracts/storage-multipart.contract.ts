import { describe, expect, it } from 'vitest'
import { limits } from '../../src/kernel/limits.ts'
import type { Storage } from '../../src/ports/storage.ts'
import { failureOf, newKey, patterned, readFound, streamed } from './storage-bytes.ts'

const PART = limits.storage.partBytes

/** Uploads in parts. */
export function multipartContract(open: () => Storage): void {
  const begun = async () => {
    const storage = open()
    const key = newKey('mp4')
    return {
      storage,
      key,
      upload: await storage.createMultipart(key, { contentType: 'video/mp4' }),
    }
  }

  describe('an upload in parts', () => {
    it('makes one object of them by their numbers, and shows nothing before', async () => {
      const { storage, key, upload } = await begun()
      const last = await storage.uploadPart(upload, 2, patterned(1_000, PART))
      const first = await storage.uploadPart(upload, 1, { stream: streamed(PART), size: PART })
      expect(await storage.head(key)).toBeUndefined()
      const stored = await storage.completeMultipart(upload, [last, first])
      expect(stored).toMatchObject({ key, size: PART + 1_000 })
      const { bytes, info } = await readFound(await storage.get(key))
      expect(bytes).toEqual(patterned(PART + 1_000))
      expect(info).toMatchObject({ etag: stored.etag, contentType: 'video/mp4' })
      await storage.delete([key])
    })

    it('keeps the last of two parts with one number', async () => {
      const { storage, key, upload } = await begun()
      await storage.uploadPart(upload, 1, 'first')
      const part = await storage.uploadPart(upload, 1, 'second')
      await storage.completeMultipart(upload, [part])
      expect((await readFound(await storage.get(key))).bytes).toEqual(
        new TextEncoder().encode('second'),
      )
    })

    it('that is aborted leaves nothing, and can be aborted again', async () => {
      const { storage, key, upload } = await begun()
      const part = await storage.uploadPart(upload, 1, 'x')
      await storage.abortMultipart(upload)
      await storage.abortMultipart(upload)
      expect(await failureOf(storage.completeMultipart(upload, [part]))).toBe('upload')
      expect(await failureOf(storage.uploadPart(upload, 1, 'x'))).toBe('upload')
      expect(await storage.head(key)).toBeUndefined()
    })

    it('is refused with parts that are not there, too small, none or twice', async () => {
      const { storage, key, upload } = await begun()
      const one = await storage.uploadPart(upload, 1, 'small')
      const two = await storage.uploadPart(upload, 2, 'small')
      const absent = { number: 3, etag: one.etag }
      const changed = { number: 1, etag: '"00000000000000000000000000000000"' }
      for (const parts of [[one, two], [one, absent], [changed], [], [one, one]]) {
        expect(await failureOf(storage.completeMultipart(upload, parts))).toBe('upload')
      }
      expect(await storage.head(key)).toBeUndefined()
      await storage.abortMultipart(upload)
    })

    it.each([0, 10_001, 1.5])('has no part with the number %d', async (number) => {
      const { storage, upload } = await begun()
      expect(await failureOf(storage.uploadPart(upload, number, 'x'))).toBe('fatal')
      await storage.abortMultipart(upload)
    })

    it('is not that of another key', async () => {
      const { storage, upload } = await begun()
      const other = { key: newKey(), id: upload.id }
      expect(await failureOf(storage.uploadPart(other, 1, 'x'))).toBe('upload')
      await storage.abortMultipart(upload)
    })
  })
}

import { describe, expect, it } from 'vitest'
import type { Storage } from '../../src/ports/storage.ts'
import { failureOf, newId, newKey, readText } from './storage-bytes.ts'

/** Lists and removals of many objects, and the store of payloads that is made of them. */
export function listContract(open: () => Storage): void {
  const filled = async (count: number) => {
    const storage = open()
    const folder = newId()
    const keys = Array.from({ length: count }, (_, n) => `${folder}/${String(n).padStart(4, '0')}`)
    await Promise.all(keys.map((key) => storage.put(key, key)))
    return { storage, folder, keys }
  }

  describe('a list', () => {
    it('has the objects under a prefix page by page, each once, by their keys', async () => {
      const { storage, folder, keys } = await filled(7)
      const beside = `${folder}-beside`
      await storage.put(beside, 'x')
      const found: string[] = []
      const sizes: number[] = []
      let cursor: string | undefined
      do {
        const page = await storage.list({
          prefix: `${folder}/`,
          limit: 3,
          ...(cursor !== undefined && { cursor }),
        })
        found.push(...page.objects.map(({ key }) => key))
        sizes.push(page.objects.length)
        cursor = page.cursor
      } while (cursor !== undefined)
      expect(found).toEqual(keys)
      expect(sizes).toEqual([3, 3, 1])
    })

    it('tells what a head tells', async () => {
      const { storage, folder, keys } = await filled(1)
      const { objects, cursor } = await storage.list({ prefix: `${folder}/` })
      const [listed] = objects
      const head = await storage.head(keys[0] ?? '')
      expect(cursor).toBeUndefined()
      expect(head).toMatchObject({ key: listed?.key, size: listed?.size, etag: listed?.etag })
      expect(Math.abs((listed?.uploadedAt ?? 0) - (head?.uploadedAt ?? 0))).toBeLessThan(1_000)
    })

    it('of nothing is empty', async () => {
      expect(await open().list({ prefix: `${newId()}/` })).toEqual({
        objects: [],
        cursor: undefined,
      })
    })

    it.each([0, 1_001, 1.5])('of pages of %d is refused', async (limit) => {
      expect(await failureOf(open().list({ limit }))).toBe('fatal')
    })
  })

  describe('a removal', () => {
    it('of many objects leaves the others, and is done as well a second time', async () => {
      const { storage, folder, keys } = await filled(4)
      const [kept, ...gone] = keys
      await storage.delete(gone)
      await storage.delete([...gone, newKey()])
      await storage.delete(gone.slice(0, 1))
      await storage.delete([])
      const { objects } = await storage.list({ prefix: `${folder}/` })
      expect(objects.map(({ key }) => key)).toEqual([kept])
    })

    it('takes 1,000 keys and no more', async () => {
      const { storage, folder, keys } = await filled(2)
      const others = (count: number) => Array.from({ length: count }, (_, n) => `${folder}-${n}`)
      expect(await failureOf(storage.delete([...keys, ...others(999)]))).toBe('fatal')
      await storage.delete([...keys, ...others(998)])
      expect((await storage.list({ prefix: `${folder}/` })).objects).toEqual([])
    })
  })

  describe('payloads too large for a row', () => {
    it('are kept, read, removed and erased by tenant', async () => {
      const storage = open()
      const tenantId = newId()
      const keys = [1, 2, 3].map((n) => `${tenantId}/events/${n}.json`)
      for (const key of keys) await storage.put(key, JSON.stringify({ key, text: 'ÿ'.repeat(50) }))
      expect(JSON.parse(await readText(await storage.get(keys[0] ?? '')))).toMatchObject({
        key: keys[0],
      })
      await storage.delete(keys.slice(0, 1))
      const prefix = `${tenantId}/`
      for (const left of [2, 0]) {
        const { objects } = await storage.list({ prefix })
        expect(objects).toHaveLength(left)
        await storage.delete(objects.map(({ key }) => key))
      }
    })
  })
}

import { describe, expect, it } from 'vitest'
import type { Storage, StorageSigner } from '../../src/ports/storage.ts'
import { failureOf, newKey, patterned, readFound, sha256Of } from './storage-bytes.ts'

/** Requests that go to the store itself, where a store can sign them. */
export function signingContract(open: () => Storage): void {
  const signer = open().signer
  if (!signer) return notSigning(open)
  downloads(open, signer)
  uploads(open, signer)
}

function notSigning(open: () => Storage): void {
  it('signs nothing and has no public address, and says so', () => {
    const storage = open()
    expect([storage.signer, storage.publicUrl(newKey())]).toEqual([undefined, undefined])
  })
}

function downloads(open: () => Storage, signer: StorageSigner): void {
  describe('a signed download', () => {
    it('needs no other credentials', async () => {
      const key = newKey()
      await open().put(key, 'twelve bytes')
      const options = { expiresSeconds: 60, contentDisposition: 'attachment; filename="a + b.txt"' }
      const { method, url, headers, expiresAt } = await signer.signGet(key, options)
      const answer = await fetch(url, { method, headers })
      expect([answer.status, await answer.text()]).toEqual([200, 'twelve bytes'])
      expect(expiresAt - Date.now()).toBeGreaterThan(55_000)
      expect(expiresAt - Date.now()).toBeLessThanOrEqual(60_000)
    })

    it('is for one key, one method and what was signed', async () => {
      const [key, other] = [newKey(), newKey()]
      await open().put(other, 'secret')
      const { url } = await signer.signGet(key, { expiresSeconds: 60 })
      const statuses = await Promise.all([
        statusOf(url.replace(encodeURI(key), encodeURI(other)), { method: 'GET' }),
        statusOf(url, { method: 'PUT', body: 'x' }),
        statusOf(url, { method: 'DELETE' }),
        statusOf(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=61'), { method: 'GET' }),
      ])
      expect(statuses).toEqual([403, 403, 403, 403])
      expect(await open().head(key)).toBeUndefined()
    })

    it.each([0, 604_801, 1.5])('is not made for %d seconds', async (expiresSeconds) => {
      expect(await failureOf(signer.signGet(newKey(), { expiresSeconds }))).toBe('fatal')
    })
  })
}

function uploads(open: () => Storage, signer: StorageSigner): void {
  describe('a signed upload', () => {
    const signed = async (sha256?: string) => {
      const key = newKey('png')
      const request = await signer.signPut(key, {
        expiresSeconds: 60,
        contentType: 'image/png',
        size: 1_000,
        ...(sha256 !== undefined && { sha256 }),
      })
      return { key, ...request }
    }

    it('puts the bytes and the type that were signed', async () => {
      const { key, method, url, headers } = await signed(await sha256Of(patterned(1_000)))
      expect(await statusOf(url, { method, headers, body: patterned(1_000) })).toBe(200)
      const { bytes, info } = await readFound(await open().get(key))
      expect(bytes).toEqual(patterned(1_000))
      expect(info.contentType).toBe('image/png')
    })

    it('is refused with another size, type or checksum than was signed', async () => {
      const { key, method, url, headers } = await signed(await sha256Of(patterned(1_000)))
      const { 'content-length': _, ...free } = headers
      const statuses = await Promise.all([
        statusOf(url, { method, headers: free, body: patterned(1_001) }),
        statusOf(url, { method, headers: free, body: patterned(999) }),
        statusOf(url, {
          method,
          headers: { ...headers, 'content-type': 'text/html' },
          body: patterned(1_000),
        }),
        statusOf(url, {
          method,
          headers: { ...headers, 'x-amz-checksum-sha256': 'x' },
          body: patterned(1_000),
        }),
      ])
      expect(statuses).toEqual([403, 403, 403, 403])
      expect(await open().head(key)).toBeUndefined()
    })
  })
}

async function statusOf(url: string, init: RequestInit): Promise<number> {
  const answer = await fetch(url, init)
  await answer.body?.cancel()
  return answer.status
}

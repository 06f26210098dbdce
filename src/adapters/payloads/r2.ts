import type { PayloadStore } from '../../ports/payloads.ts'

/** Payloads in an R2 bucket. A page of a list has 1,000 keys, as many as one call removes. */
export function createR2Payloads(bucket: R2Bucket): PayloadStore {
  return {
    put: async (key, text) => void (await bucket.put(key, text)),
    async get(key) {
      const object = await bucket.get(key)
      return object?.text()
    },
    remove: (keys) => bucket.delete([...keys]),
    async erasePage(tenantId) {
      const { objects } = await bucket.list({ prefix: `${tenantId}/` })
      if (objects.length > 0) await bucket.delete(objects.map(({ key }) => key))
      return objects.length
    },
  }
}

import type { PayloadStore } from '../../ports/payloads.ts'

/** Payloads in an R2 bucket. */
export function createR2Payloads(bucket: R2Bucket): PayloadStore {
  return {
    put: async (key, text) => void (await bucket.put(key, text)),
    async get(key) {
      const object = await bucket.get(key)
      return object?.text()
    },
    remove: (keys) => bucket.delete([...keys]),
  }
}

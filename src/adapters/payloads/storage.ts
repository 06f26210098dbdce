import type { PayloadStore } from '../../ports/payloads.ts'
import type { Storage } from '../../ports/storage.ts'

/** Payloads beside the files of the deployment, wherever those are. */
export function createStoredPayloads(storage: Storage): PayloadStore {
  return {
    put: async (key, text) => void (await storage.put(key, text)),
    async get(key) {
      const got = await storage.get(key)
      return got?.kind === 'found' ? new Response(got.body).text() : undefined
    },
    remove: (keys) => storage.delete(keys),
  }
}

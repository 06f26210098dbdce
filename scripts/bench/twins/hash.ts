import { Hono } from 'hono'
import { argon2idTag } from '../../../src/adapters/hasher/hash-wasm-engine.ts'

const salt = new Uint8Array(16)
const parameters = { memoryKib: 19_456, iterations: 2, parallelism: 1, tagBytes: 32 }

/** Nothing but one argon2id hash, by the same engine and parameters as a log-in. */
export const hash = new Hono()

hash.post('/hash', async (c) => {
  const password = new Uint8Array(await c.req.arrayBuffer())
  const tag = await argon2idTag({ ...parameters, password, salt })
  return c.json({ bytes: tag.length })
})

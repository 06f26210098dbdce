import { argon2id } from 'hash-wasm'
import { Hono } from 'hono'
import argon2Module from '../../../.generated/wasm/argon2.wasm'
import blake2bModule from '../../../.generated/wasm/blake2b.wasm'

/** hash-wasm asks for a module by the length of its bytes; a Worker compiles none itself. */
const modules = new Map([
  [7_148, argon2Module],
  [7_449, blake2bModule],
])
Object.assign(WebAssembly, {
  compile: async ({ byteLength }: ArrayBuffer) => modules.get(byteLength),
})

const salt = new Uint8Array(16)
const parameters = { memorySize: 19_456, iterations: 2, parallelism: 1, hashLength: 32 }

/** Nothing but one argon2id hash by hash-wasm, with the parameters of a log-in. */
export const hash = new Hono()

hash.post('/hash', async (c) => {
  const password = new Uint8Array(await c.req.arrayBuffer())
  const tag = await argon2id({ ...parameters, password, salt, outputType: 'binary' })
  return c.json({ bytes: tag.length })
})

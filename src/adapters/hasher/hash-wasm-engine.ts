import { argon2id } from 'hash-wasm'
import argon2Module from '../../../.generated/wasm/argon2.wasm'
import blake2bModule from '../../../.generated/wasm/blake2b.wasm'

/** Inputs of one argon2id computation (RFC 9106). */
export interface Argon2Input {
  readonly password: Uint8Array
  readonly salt: Uint8Array
  readonly memoryKib: number
  readonly iterations: number
  readonly parallelism: number
  readonly tagBytes: number
}

/** hash-wasm compiles by bytes only: the length of the bytes tells which module it asks for. */
const modulesByLength = new Map([
  [7_148, argon2Module],
  [7_449, blake2bModule],
])

const compile: unknown = Reflect.get(WebAssembly, 'compile')
let isCompiled = false

async function findCompiled({ byteLength }: ArrayBuffer): Promise<WebAssembly.Module> {
  const module = modulesByLength.get(byteLength)
  if (!module) throw new Error(`hash-wasm carries an unknown module of ${byteLength} bytes`)
  return module
}

/**
 * Workers refuse to compile bytes, so the first hash gets its modules from the build instead;
 * hash-wasm keeps them, and `WebAssembly.compile` is itself again before another request runs.
 */
async function withCompiledModules<T>(work: () => Promise<T>): Promise<T> {
  if (isCompiled) return work()
  Object.assign(WebAssembly, { compile: findCompiled })
  try {
    const result = await work()
    isCompiled = true
    return result
  } finally {
    Object.assign(WebAssembly, { compile })
  }
}

/**
 * Computes an argon2id tag, in about 60 ms at 19 MiB and two iterations. hash-wasm awaits nothing
 * but microtasks, so a computation is one turn of the event loop: two never share the memory of the
 * isolate, and no cancelled request leaves hash-wasm's lock, which all requests share, taken.
 */
export function argon2idTag(input: Argon2Input): Promise<Uint8Array> {
  return withCompiledModules(() =>
    argon2id({
      password: input.password,
      salt: input.salt,
      memorySize: input.memoryKib,
      iterations: input.iterations,
      parallelism: input.parallelism,
      hashLength: input.tagBytes,
      outputType: 'binary',
    }),
  )
}

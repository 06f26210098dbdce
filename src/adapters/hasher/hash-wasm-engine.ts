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
const { instantiate } = WebAssembly

/** Memory that is kept for the next hash: enough for the parameters in force, not for older larger ones. */
const KEPT_BYTES = 24 * 1_048_576

async function findCompiled({ byteLength }: ArrayBuffer): Promise<WebAssembly.Module> {
  const module = modulesByLength.get(byteLength)
  if (!module) throw new Error(`hash-wasm carries an unknown module of ${byteLength} bytes`)
  return module
}

/** What hash-wasm uses of an instance. */
type Instance = Pick<WebAssembly.Instance, 'exports'>

/** An instance with the memory of a hash, to be used again. */
interface Workplace {
  readonly instance: Instance
  /** Fills the memory with zeros; false when it is too large to be kept. */
  readonly wipe: () => boolean
}

/** The one that waits for the next hash. */
let idle: Workplace | undefined

/** The module counts on a memory of zeros, and takes a size below what it has for one far above. */
function workplaceOf({ exports }: Instance): Workplace {
  const { Hash_SetMemorySize: grow, Hash_GetBuffer: start, memory } = exports
  if (typeof grow !== 'function' || typeof start !== 'function')
    throw new Error('hash-wasm has changed its module')
  if (!(memory instanceof WebAssembly.Memory)) throw new Error('hash-wasm has no memory')
  let size = 0
  const setMemorySize = (bytes: number): void => {
    if (bytes > size) grow(bytes)
    size = Math.max(bytes, size)
  }
  return {
    instance: { exports: { ...exports, Hash_SetMemorySize: setMemorySize } },
    wipe() {
      if (memory.buffer.byteLength > KEPT_BYTES) return false
      new Uint8Array(memory.buffer, Number(start())).fill(0)
      return true
    },
  }
}

/**
 * Workers refuse to compile bytes, so hash-wasm gets its modules from the build instead. It gets the
 * memory of the hash before, too: a new one each time is pages that the system has to find and the
 * collector to give back. `WebAssembly` is itself again before another request runs.
 */
async function withOwnModules<T>(work: () => Promise<T>): Promise<T> {
  let workplace: Workplace | undefined
  const findInstance = async (module: WebAssembly.Module): Promise<Instance> => {
    if (module !== argon2Module) return instantiate(module, {})
    workplace = idle ?? workplaceOf(await instantiate(module, {}))
    idle = undefined
    return workplace.instance
  }
  Object.assign(WebAssembly, { compile: findCompiled, instantiate: findInstance })
  try {
    return await work()
  } finally {
    Object.assign(WebAssembly, { compile, instantiate })
    if (workplace?.wipe() === true) idle = workplace
  }
}

/**
 * Computes an argon2id tag; `npm run bench -- --only 'log in'` shows what that costs. hash-wasm
 * awaits nothing but microtasks, so a computation is one turn of the event loop: two never share the
 * memory of the isolate, and no cancelled request leaves hash-wasm's lock, which all requests share, taken.
 */
export function argon2idTag(input: Argon2Input): Promise<Uint8Array> {
  return withOwnModules(() =>
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

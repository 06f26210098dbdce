import { readFile } from 'node:fs/promises'
import { hash, verify } from '@node-rs/argon2'
import { describe, expect, it, vi } from 'vitest'
import { inRoot } from '../../scripts/support/paths.ts'
import { createArgon2Hasher } from '../../src/adapters/hasher/argon2.ts'

function generated(name: string): Promise<Buffer<ArrayBuffer>> {
  return readFile(inRoot('.generated', 'wasm', `${name}.wasm`))
}

// Node's loader reads no WebAssembly modules, so they are compiled for it here.
vi.mock('../../.generated/wasm/argon2.wasm', async () => ({
  default: await WebAssembly.compile(await generated('argon2')),
}))
vi.mock('../../.generated/wasm/blake2b.wasm', async () => ({
  default: await WebAssembly.compile(await generated('blake2b')),
}))

const hasher = createArgon2Hasher({
  maxInFlight: 1,
  clock: { now: () => 0 },
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  keepAlive: () => undefined,
})

const passwords = {
  'plain words': 'correct horse battery staple',
  'space at both ends': ' leading and trailing ',
  'many scripts': 'пароль, 密碼, סיסמה, 🔑',
  'a zero byte': '\u0000 with a zero',
  '1,000 characters': 'x'.repeat(1_000),
}
vi.setConfig({ testTimeout: 60_000 })

const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 }

/** The least time of each of several works, taken in turn: what other processes disturb least. */
async function leastMilliseconds(works: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const least = works.map(() => Infinity)
  for (let round = 0; round < 5; round += 1) {
    for (const [index, work] of works.entries()) {
      const start = performance.now()
      await work()
      least[index] = Math.min(least[index] ?? Infinity, performance.now() - start)
    }
  }
  return least
}

describe('our argon2id and the native one', () => {
  it.each(Object.entries(passwords))('accept each other’s hash of %s', async (_, password) => {
    const ours = await hasher.hash(password)
    expect(await verify(ours, password)).toBe(true)
    expect(await verify(ours, `${password}.`)).toBe(false)

    const theirs = await hash(password, options)
    expect(await hasher.verify(password, theirs)).toBe(true)
    expect(await hasher.verify(`${password}.`, theirs)).toBe(false)
    expect(hasher.needsRehash(theirs)).toBe(false)
  })

  it.each([
    { memoryCost: 8, timeCost: 1, parallelism: 1, outputLen: 16 },
    { memoryCost: 4_096, timeCost: 3, parallelism: 4, outputLen: 64 },
    { memoryCost: 65_536, timeCost: 1, parallelism: 1, outputLen: 32 },
  ])('agree under %o', async (parameters) => {
    const theirs = await hash('moved from elsewhere', parameters)
    expect(await hasher.verify('moved from elsewhere', theirs)).toBe(true)
    expect(await hasher.verify('moved from nowhere', theirs)).toBe(false)
    expect(hasher.needsRehash(theirs)).toBe(true)
  })

  it('are asked for as much work by a dummy check and an unreadable hash as by a check', async () => {
    const phc = await hasher.hash('known')
    const [real = 0, ...others] = await leastMilliseconds([
      () => hasher.verify('wrong', phc),
      () => hasher.verifyDummy('wrong'),
      () => hasher.verify('wrong', 'no hash'),
    ])
    for (const other of others) {
      expect(other / real).toBeGreaterThan(0.5)
      expect(other / real).toBeLessThan(2)
    }
  })
})

describe('the generated WebAssembly', () => {
  it.each(['argon2', 'blake2b'])('of %s is byte for byte what hash-wasm carries', async (name) => {
    const bundle = await readFile(
      inRoot('node_modules', 'hash-wasm', 'dist', 'index.esm.js'),
      'utf8',
    )
    const modules = [...bundle.matchAll(/var name\S* = "(\w+)";\s*var data\S* = "([^"]+)"/g)]
    const carried = modules.find(([, carriedName]) => carriedName === name)?.[2] ?? ''
    expect(await generated(name)).toEqual(Buffer.from(carried, 'base64'))
  })
})

import { afterEach, describe, expect, it, vi } from 'vitest'
import { createArgon2Hasher } from '../../src/adapters/hasher/argon2.ts'
import { argon2idTag } from '../../src/adapters/hasher/hash-wasm-engine.ts'
import { HasherBusyError } from '../../src/ports/hasher.ts'

vi.setConfig({ testTimeout: 30_000 })

const PASSWORD = 'correct horse battery staple'

/** Made by the native argon2 of the Rust project, which shares no code with ours. */
const native = {
  current:
    '$argon2id$v=19$m=19456,t=2,p=1$8w2blQjvNep3CMxNr2gpvg$SknLQZpVvwSt2HkE1nm2bUsIyeHSBEg2O9X/DwNINCY',
  otherParameters:
    '$argon2id$v=19$m=8192,t=3,p=2$d40U+ZKBO0mPkmJnrzM4sA$+EJxcuoEpCw+jCVKcnr6gPnuq0/dvaeQAqFYqypww0I',
  mostMemory:
    '$argon2id$v=19$m=65536,t=1,p=1$VRT/uJ0pBE9SsMIZFcsjVA$Ok2th1bWoL34UiE7AtjgUSGmhtXbypppwiihfHjoJIo',
  mostIterations:
    '$argon2id$v=19$m=8,t=10,p=1$OuLXNvjIaGhdXvu+CsJD9A$idEzRRDqwq9sA0pilbCYDHuXQW653eecMRZoA/LbxBo',
  argon2d:
    '$argon2d$v=19$m=19456,t=2,p=1$bBoj9NPZYtxJvatabWWp6w$DGTAlBIsbBFb2McJodZT0ouTGALQzbZMds0hgpBOZb0',
  version16:
    '$argon2id$v=16$m=19456,t=2,p=1$7eX1Fc5wOkNIjHjSt84HVw$gulkDKqAN2SGu9W+QOL7e1ZN21mCwv/kggXyK6Suk58',
}

const unreadable = {
  'an empty string': '',
  'plain text': PASSWORD,
  'another algorithm': native.argon2d,
  'another version': native.version16,
  'right but of more than 64 MiB':
    '$argon2id$v=19$m=65537,t=1,p=1$knN1lUbfBuNtqLk+Woe05g$ONBW0yyyPW+N4KDKPkvva8kN/AnIfksyLjwduayasNg',
  'right but of more than ten iterations':
    '$argon2id$v=19$m=8,t=11,p=1$EglA+g4LAXqMKnZV+TXxGw$QtfDu6M4kz32BF/VEHPO0U72klg0wbjZD9LG+Ed+pRs',
  'no lanes': native.current.replace('p=1', 'p=0'),
  'a salt that is no base64': native.current.replace('$8w2blQjvNep3CMxNr2gpvg', '$8w2blQjvNep3C'),
  'text behind the tag': `${native.current}$`,
}

const compileFunction = (): unknown =>
  Object.getOwnPropertyDescriptor(WebAssembly, 'compile')?.value
const platformCompile = compileFunction()

function createWorld(maxInFlight = 4) {
  const kept: Promise<unknown>[] = []
  const clock = { milliseconds: 1_000_000, now: () => clock.milliseconds }
  const hasher = createArgon2Hasher({
    maxInFlight,
    clock,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    keepAlive: (work) => kept.push(work),
  })
  return { clock, hasher, kept }
}

afterEach(() => {
  vi.useRealTimers()
})

describe('a password hash', () => {
  it('is an argon2id PHC string with the parameters in force and its own 16-byte salt', async () => {
    const { hasher } = createWorld()
    const [first, second] = [await hasher.hash(PASSWORD), await hasher.hash(PASSWORD)]
    const form = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/
    expect(first).toMatch(form)
    expect(second).toMatch(form)
    expect(second).not.toBe(first)
  })

  it('is right whatever was hashed before in the same isolate', async () => {
    const { hasher } = createWorld()
    const { current, otherParameters, mostMemory, mostIterations } = native
    const order = [current, current, mostIterations, current, mostMemory, otherParameters, current]
    for (const phc of order) {
      expect(await hasher.verify(PASSWORD, phc)).toBe(true)
      expect(await hasher.verify(`${PASSWORD}!`, phc)).toBe(false)
    }
  })

  it('fits its own password and no other', async () => {
    const { hasher } = createWorld()
    const phc = await hasher.hash(PASSWORD)
    expect(await hasher.verify(PASSWORD, phc)).toBe(true)
    expect(await hasher.verify(`${PASSWORD} `, phc)).toBe(false)
    expect(await hasher.verify('', phc)).toBe(false)
  })

  it.each([72, 200, 1_000])('depends on the character at position %i', async (position) => {
    const { hasher } = createWorld()
    const phc = await hasher.hash(`${'a'.repeat(position - 1)}bc`)
    expect(await hasher.verify(`${'a'.repeat(position - 1)}bc`, phc)).toBe(true)
    expect(await hasher.verify(`${'a'.repeat(position - 1)}dc`, phc)).toBe(false)
  })

  it('is the same for composed and decomposed accents', async () => {
    const { hasher } = createWorld()
    const phc = await hasher.hash('se\u0301same ouvre-toi')
    expect(await hasher.verify('s\u00E9same ouvre-toi', phc)).toBe(true)
    expect(await hasher.verify('sesame ouvre-toi', phc)).toBe(false)
  })

  it('is refused for an empty password', async () => {
    const { hasher } = createWorld()
    await expect(hasher.hash('')).rejects.toThrow(RangeError)
  })
})

describe('a hash made elsewhere', () => {
  it('is checked under the parameters it names', async () => {
    const { hasher } = createWorld()
    expect(await hasher.verify(PASSWORD, native.current)).toBe(true)
    expect(await hasher.verify(PASSWORD, native.otherParameters)).toBe(true)
    expect(await hasher.verify('wrong', native.otherParameters)).toBe(false)
    expect(await hasher.verify(PASSWORD, native.mostMemory)).toBe(true)
    expect(await hasher.verify(PASSWORD, native.mostIterations)).toBe(true)
  })

  it.each(Object.entries(unreadable))('fits nothing when it is %s', async (_, phc) => {
    const { hasher, kept } = createWorld()
    expect(await hasher.verify(PASSWORD, phc)).toBe(false)
    expect(kept, 'a hash was computed all the same').toHaveLength(1)
    expect(hasher.needsRehash(phc)).toBe(true)
  })

  it('needs a rehash unless it was made with the parameters in force', () => {
    const { hasher } = createWorld()
    expect(hasher.needsRehash(native.current)).toBe(false)
    expect(hasher.needsRehash(native.otherParameters)).toBe(true)
    expect(hasher.needsRehash(native.current.replace('t=2', 't=3'))).toBe(true)
  })
})

describe('a full isolate', () => {
  it('refuses the caller past the cap at once and serves the others', async () => {
    const { hasher } = createWorld(2)
    const calls = [
      hasher.hash(PASSWORD),
      hasher.verify(PASSWORD, native.current),
      hasher.verifyDummy(PASSWORD),
    ]
    await expect(calls[2]).rejects.toThrow(HasherBusyError)
    const outcomes = await Promise.allSettled(calls)
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
  })

  it('has its places back when the hashes are done, also those that failed', async () => {
    const { hasher } = createWorld(1)
    await hasher.verifyDummy(PASSWORD)
    await hasher.verify(PASSWORD, 'no hash')
    expect(await hasher.verify(PASSWORD, native.current)).toBe(true)
  })

  it('gives the place of a caller that never comes back to another after ten seconds', async () => {
    const { clock, hasher } = createWorld(1)
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    void hasher.hash(PASSWORD)
    vi.useRealTimers()
    clock.milliseconds += 9_999
    await expect(hasher.hash(PASSWORD)).rejects.toThrow(HasherBusyError)
    clock.milliseconds += 1
    expect(await hasher.verify(PASSWORD, native.current)).toBe(true)
  })

  it('hands each hash to be kept alive, so that a caller that hangs up frees its place', async () => {
    const { hasher, kept } = createWorld(2)
    await Promise.all([hasher.verifyDummy(PASSWORD), hasher.hash(PASSWORD)])
    expect(kept).toHaveLength(2)
    await Promise.all(kept)
  })
})

describe('the event loop', () => {
  it('lets waiting requests in between two hashes and none into a hash', async () => {
    const { hasher } = createWorld(3)
    const seen: string[] = []
    const request = (name: string) => setTimeout(() => seen.push(name), 0)
    const hashes = ['hash 1', 'hash 2', 'hash 3'].map(async (name) => {
      await hasher.verifyDummy(PASSWORD)
      seen.push(name)
      request(`request after ${name}`)
    })
    await Promise.all(hashes)
    expect(seen).toEqual([
      'hash 1',
      'request after hash 1',
      'hash 2',
      'request after hash 2',
      'hash 3',
    ])
  })

  it('gets no turn within a hash, so that no request can be cut off in the middle of one', async () => {
    let isDone = false
    const parameters = { memoryKib: 19_456, iterations: 2, parallelism: 1, tagBytes: 32 }
    const bytes = { salt: new Uint8Array(16), password: new Uint8Array(8) }
    const hash = argon2idTag({ ...parameters, ...bytes }).then(() => (isDone = true))
    for (let microtask = 0; microtask < 1_000 && !isDone; microtask += 1) await Promise.resolve()
    expect(isDone).toBe(true)
    await hash
  })

  it('finds WebAssembly.compile as the platform made it after a hash', async () => {
    const { hasher } = createWorld()
    await Promise.all([hasher.verifyDummy(PASSWORD), hasher.verifyDummy(PASSWORD)])
    expect(compileFunction()).toBe(platformCompile)
  })
})

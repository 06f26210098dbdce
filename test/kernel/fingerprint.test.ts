import { describe, expect, it } from 'vitest'
import { fingerprint, murmur3 } from '../../src/kernel/fingerprint.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('a fingerprint', () => {
  // Vectors of the reference implementation (SMHasher).
  it.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['test', 0, 0xba6bd213],
    ['Hello, world!', 0, 0xc0363e43],
    ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
  ])('is made of MurmurHash3: %j under seed %i', (text, seed, hash) => {
    expect(murmur3(bytes(text), seed)).toBe(hash)
  })

  it('has 64 bits, and is another one for every text of many that differ in one place', () => {
    const texts = Array.from({ length: 20_000 }, (_, index) => `{"items":[],"total":${index}}`)
    const prints = new Set(texts.map((text) => fingerprint(bytes(text))))
    expect(prints.size).toBe(texts.length)
    for (const print of prints) expect(print).toMatch(/^[0-9a-f]{16}$/)
  })
})

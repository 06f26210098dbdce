import { describe, expect, it } from 'vitest'
import { createHkdfSecrets } from '../../src/adapters/secrets/hkdf.ts'

describe('keyed digests', () => {
  const secrets = createHkdfSecrets('a'.repeat(43))

  it('are the same for the same secret, purpose and text', async () => {
    const other = createHkdfSecrets('a'.repeat(43))
    const digest = await secrets.digest('cursor', 'text')
    expect(digest).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(await secrets.digest('cursor', 'text')).toBe(digest)
    expect(await other.digest('cursor', 'text')).toBe(digest)
  })

  it('differ by purpose, by text and by secret', async () => {
    const digests = await Promise.all([
      secrets.digest('cursor', 'text'),
      secrets.digest('refresh-heir', 'text'),
      secrets.digest('cursor', 'texts'),
      createHkdfSecrets('b'.repeat(43)).digest('cursor', 'text'),
    ])
    expect(new Set(digests).size).toBe(4)
  })
})

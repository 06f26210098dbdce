import { describe, expect, it } from 'vitest'
import { randomBytes } from '../../src/adapters/clock/system.ts'
import { createHkdfSecrets } from '../../src/adapters/secrets/hkdf.ts'

describe('keyed digests', () => {
  const secrets = createHkdfSecrets('a'.repeat(43), randomBytes)

  it('are the same for the same secret, purpose and text', async () => {
    const other = createHkdfSecrets('a'.repeat(43), randomBytes)
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
      createHkdfSecrets('b'.repeat(43), randomBytes).digest('cursor', 'text'),
    ])
    expect(new Set(digests).size).toBe(4)
  })
})

describe('sealed texts', () => {
  const secrets = createHkdfSecrets('a'.repeat(43), randomBytes)

  it('open under the same secret, purpose and place, and never look alike', async () => {
    const texts = ['', 'a link with a token', 'текст 🎈']
    for (const text of texts) {
      const sealed = await secrets.seal('mail', text, 'row 1')
      expect(sealed).not.toContain(text || ' ')
      expect(await secrets.open('mail', sealed, 'row 1')).toBe(text)
      expect(await secrets.seal('mail', text, 'row 1')).not.toBe(sealed)
    }
  })

  it('stay shut elsewhere, under another secret and when they were changed', async () => {
    const sealed = await secrets.seal('mail', 'text', 'row 1')
    const changed = `${sealed.slice(0, -2)}${sealed.endsWith('A') ? 'BB' : 'AA'}`
    expect(await secrets.open('mail', sealed, 'row 2')).toBeUndefined()
    expect(await secrets.open('webhook', sealed, 'row 1')).toBeUndefined()
    expect(await secrets.open('mail', changed, 'row 1')).toBeUndefined()
    expect(await secrets.open('mail', 'no base64!', 'row 1')).toBeUndefined()
    expect(await secrets.open('mail', '', 'row 1')).toBeUndefined()
    const other = createHkdfSecrets('b'.repeat(43), randomBytes)
    expect(await other.open('mail', sealed, 'row 1')).toBeUndefined()
  })
})

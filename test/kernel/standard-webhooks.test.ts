import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { describe, expect, it } from 'vitest'
import { isSecret, isSignedBy, secretOf, signatureOf } from '../../src/kernel/standard-webhooks.ts'

const bytes = (length: number) => Uint8Array.from({ length }, (_, index) => index)
const secret = secretOf(bytes(32))
const other = secretOf(bytes(33))
const message = { id: 'msg_1', timestamp: 1_700_000_000, body: '{"text":"grüße 🎈"}' }

describe('a secret', () => {
  it.each([
    [23, false],
    [24, true],
    [64, true],
    [65, false],
  ])('of %i bytes: %s', (length, expected) => {
    expect(isSecret(secretOf(bytes(length)))).toBe(expected)
  })

  it.each(['', 'whsec_', 'whsec_!!!', secret.slice(6), `${secret}\n`])('is not %j', (text) => {
    expect(isSecret(text)).toBe(false)
  })
})

describe('a signature', () => {
  it('is the one that standardwebhooks and svix make, and they accept it', async () => {
    const signature = await signatureOf([secret], message)
    const at = new Date(message.timestamp * 1_000)
    expect(new StandardWebhook(secret).sign(message.id, at, message.body)).toBe(signature)
    expect(new SvixWebhook(secret).sign(message.id, at, message.body)).toBe(signature)
  })

  it('is accepted for its message and refused for another one', async () => {
    const signature = new StandardWebhook(secret).sign(
      message.id,
      new Date(message.timestamp * 1_000),
      message.body,
    )
    expect(await isSignedBy(secret, message, signature)).toBe(true)
    expect(await isSignedBy(secret, message, `v1,AAAA v2,x ${signature}`)).toBe(true)
    expect(await isSignedBy(other, message, signature)).toBe(false)
    expect(await isSignedBy(secret, { ...message, body: '{}' }, signature)).toBe(false)
    expect(await isSignedBy(secret, { ...message, id: 'msg_2' }, signature)).toBe(false)
    expect(await isSignedBy(secret, { ...message, timestamp: 1 }, signature)).toBe(false)
  })

  it.each(['', 'v1,', 'v1', 'v2,AAAA', 'v1,not base64!', ' '.repeat(10_000)])(
    'is not %j',
    async (signature) => {
      expect(await isSignedBy(secret, message, signature)).toBe(false)
    },
  )

  it('is one for each secret', async () => {
    const both = await signatureOf([secret, other], message)
    expect(await isSignedBy(secret, message, both)).toBe(true)
    expect(await isSignedBy(other, message, both)).toBe(true)
    await expect(signatureOf(['nonsense'], message)).rejects.toThrow(RangeError)
  })
})

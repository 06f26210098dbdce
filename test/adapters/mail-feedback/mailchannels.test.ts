import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createMailchannelsFeedback } from '../../../src/adapters/mail-feedback/mailchannels.ts'
import { aSink } from '../../support/mail.ts'
import { NOW, SECONDS, aRequest, aSigner, refusal } from './support.ts'

const signer = aSigner('ed25519')

/** MailChannels' address with a key to ask for. */
function aSource(key = signer.publicKey, status = 200) {
  const sink = aSink({ status, body: { id: 'mckey', key } })
  return { sink, source: createMailchannelsFeedback(sink.deps) }
}

interface Signing {
  readonly seconds?: number
  readonly keyId?: string
  readonly components?: string
  readonly extra?: string
  readonly algorithm?: 'sha256' | 'sha512'
  readonly by?: typeof signer
}

/** HTTP Message Signature headers, worked out with another cryptography. */
function headersOf(body: string, signing: Signing = {}) {
  const {
    seconds = SECONDS,
    keyId = 'mckey',
    components = '"content-digest"',
    extra = '',
  } = signing
  const { algorithm = 'sha256', by = signer } = signing
  const hash = createHash(algorithm).update(body).digest('base64')
  const digest = `${algorithm.replace('sha', 'sha-')}=:${hash}:`
  const params = `(${components});created=${seconds};alg="ed25519";keyid="${keyId}"${extra}`
  const signature = by.sign(`"content-digest": ${digest}\n"@signature-params": ${params}`)
  return {
    'content-digest': digest,
    'signature-input': `sig_1=${params}`,
    signature: `sig_1=:${signature}:`,
  }
}

const event = (name: string, change: object = {}) => ({
  email: 'shop@sender.example',
  customer_handle: 'account',
  timestamp: SECONDS - 3,
  event: name,
  smtp_id: '<m1@mc>',
  request_id: 'r1',
  recipients: ['Zoe@Recipient.example'],
  ...change,
})

describe('the webhook of MailChannels', () => {
  const body = JSON.stringify([
    event('hard-bounced', { status: '5.1.1', reason: 'no mailbox' }),
    event('soft-bounced', { status: '4.2.2' }),
    event('dropped'),
    event('complained'),
    event('delivered', { recipients: ['a@b.example', 'c@d.example'] }),
    event('unsubscribed'),
    event('open'),
    event('test', { recipients: undefined }),
  ])

  it('tells of every event about an address in a batch', async () => {
    const events = await aSource().source.verify(aRequest(headersOf(body), body), NOW)
    expect(events[0]).toEqual({
      kind: 'bounce',
      permanent: true,
      provider: 'mailchannels',
      eventId: expect.stringMatching(/^[\w-]{43}$/),
      address: 'zoe@recipient.example',
      at: NOW - 3_000,
      reason: 'no mailbox',
      providerMessageId: '<m1@mc>',
    })
    expect(events.map(({ kind, permanent, address }) => [kind, permanent, address])).toEqual([
      ['bounce', true, 'zoe@recipient.example'],
      ['bounce', false, 'zoe@recipient.example'],
      ['bounce', false, 'zoe@recipient.example'],
      ['complaint', true, 'zoe@recipient.example'],
      ['delivered', false, 'a@b.example'],
      ['delivered', false, 'c@d.example'],
      ['unsubscribed', true, 'zoe@recipient.example'],
    ])
  })

  it('has the same ids when a batch is sent again, and no two alike', async () => {
    const { source } = aSource()
    const first = await source.verify(aRequest(headersOf(body), body), NOW)
    const later = NOW + 60_000
    const again = headersOf(body, { seconds: later / 1_000 })
    expect(await source.verify(aRequest(again, body), later)).toEqual(first)
    expect(new Set(first.map(({ eventId }) => eventId)).size).toBe(first.length)
  })

  it('is checked by the key of its id, which is asked for once an hour', async () => {
    const { sink, source } = aSource()
    const request = aRequest(headersOf(body), body)
    await source.verify(request, NOW)
    await source.verify(request, NOW + 1_000)
    expect(await sink.request()).toMatchObject({
      method: 'GET',
      path: '/tx/v1/webhook/public-key?id=mckey',
    })
    const seconds = SECONDS + 3_600
    await source.verify(aRequest(headersOf(body, { seconds }), body), NOW + 3_600_000)
    expect(await sink.requests()).toHaveLength(2)
  })

  it('is checked by a key in any of its forms, and by either digest', async () => {
    const raw = Buffer.from(signer.publicKey, 'base64').subarray(-32).toString('base64')
    const pem = `-----BEGIN PUBLIC KEY-----\n${signer.publicKey}\n-----END PUBLIC KEY-----\n`
    const request = aRequest(headersOf(body, { algorithm: 'sha512' }), body)
    for (const key of [raw, pem]) {
      expect(await aSource(key).source.verify(request, NOW)).toHaveLength(7)
    }
  })

  const good = headersOf(body)

  it.each([
    ['a changed body', good, body.replace('no mailbox', 'no mailbux')],
    ['another key', headersOf(body, { by: aSigner('ed25519') }), body],
    ['an old signature', headersOf(body, { seconds: SECONDS - 301 }), body],
    ['a signature from the future', headersOf(body, { seconds: SECONDS + 301 }), body],
    ['a signature that has expired', headersOf(body, { extra: `;expires=${SECONDS - 1}` }), body],
    ['a signature over nothing', headersOf(body, { components: '' }), body],
    ['a signature over something else', headersOf(body, { components: '"date"' }), body],
    ['a key’s id that is an address', headersOf(body, { keyId: '../../x' }), body],
    ['a parameter twice', headersOf(body, { extra: ';keyid="other"' }), body],
    ['another label', { ...good, signature: good.signature.replace('sig_1', 'sig_2') }, body],
    ['a signature that is none', { ...good, signature: 'sig_1=:%%%:' }, body],
    ['a weak digest', { ...good, 'content-digest': 'md5=:1B2M2Y8AsgTpgAmY7PhCfg==:' }, body],
    ['no digest', { signature: good.signature, 'signature-input': good['signature-input'] }, body],
  ])('is refused with %s', async (_, headers, sent) => {
    const error = await refusal(aSource().source, aRequest({ ...headers }, sent))
    expect(error).toMatchObject({ provider: 'mailchannels', forged: true })
  })

  it('is refused when the key cannot be had', async () => {
    const request = aRequest(good, body)
    const sources = [aSource('none'), aSource(signer.publicKey, 404), aSource('%')]
    for (const { source } of sources) {
      expect(await refusal(source, request)).toMatchObject({ forged: true })
    }
  })

  it('is refused, but not as a forgery, when it is signed and not as documented', async () => {
    const request = aRequest(headersOf('{}'), '{}')
    expect(await refusal(aSource().source, request)).toMatchObject({ forged: false })
  })
})

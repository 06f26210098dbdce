import { describe, expect, it } from 'vitest'
import { createPostmarkFeedback } from '../../../src/adapters/mail-feedback/postmark.ts'
import { NOW, aRequest, refusal } from './support.ts'

const PASSWORD = 'pässword-of-the-hook'
const source = createPostmarkFeedback({ username: 'hook', password: PASSWORD })
const basic = (text: string) => ({
  authorization: `Basic ${Buffer.from(text).toString('base64')}`,
})
const right = basic(`hook:${PASSWORD}`)

const shared = { MessageID: 'pm-1', Metadata: { message_id: 'ours-1' }, ServerID: 1 }
const bounced = {
  ...shared,
  ID: 4_323_372_036,
  Email: 'Zoe@Recipient.example',
  BouncedAt: '2026-11-20T11:59:00Z',
  Description: 'The mailbox does not exist.',
}

const verify = (event: object) => source.verify(aRequest(right, JSON.stringify(event)), NOW)

describe('the webhook of Postmark', () => {
  it.each([
    [
      'a hard bounce',
      { ...bounced, RecordType: 'Bounce', Type: 'HardBounce', Inactive: true },
      'bounce',
      true,
    ],
    [
      'a soft bounce',
      { ...bounced, RecordType: 'Bounce', Type: 'SoftBounce', Inactive: false },
      'bounce',
      false,
    ],
    [
      'a complaint',
      { ...bounced, RecordType: 'SpamComplaint', Type: 'SpamComplaint' },
      'complaint',
      true,
    ],
  ])('tells of %s', async (_, event, kind, permanent) => {
    expect(await verify(event)).toEqual([
      {
        kind,
        permanent,
        provider: 'postmark',
        eventId: `${kind}-4323372036`,
        address: 'zoe@recipient.example',
        at: Date.UTC(2026, 10, 20, 11, 59),
        reason: 'The mailbox does not exist.',
        providerMessageId: 'pm-1',
        messageId: 'ours-1',
      },
    ])
  })

  it('tells of deliveries and of unsubscriptions, and of no bounce twice', async () => {
    const recipient = { ...shared, Recipient: 'zoe@recipient.example' }
    const delivered = { RecordType: 'Delivery', DeliveredAt: '2026-11-20T11:59:00Z' }
    expect(await verify({ ...recipient, ...delivered })).toMatchObject([
      { kind: 'delivered', permanent: false, eventId: 'delivered-pm-1' },
    ])
    const change = { RecordType: 'SubscriptionChange', ChangedAt: '2026-11-20T11:59:00Z' }
    const left = { ...recipient, ...change, SuppressSending: true }
    expect(await verify({ ...left, SuppressionReason: 'ManualSuppression' })).toMatchObject([
      { kind: 'unsubscribed', permanent: true },
    ])
    expect(await verify({ ...left, SuppressionReason: 'HardBounce' })).toEqual([])
    const back = { ...recipient, ...change, SuppressSending: false, SuppressionReason: null }
    expect(await verify(back)).toEqual([])
    expect(await verify({ ...shared, RecordType: 'Open' })).toEqual([])
  })

  it.each([
    ['another password', basic('hook:pässword-of-the-hoo')],
    ['another name', basic(`hooks:${PASSWORD}`)],
    ['no password', {}],
    ['another scheme', { authorization: `Bearer token` }],
  ])('is refused with %s', async (_, headers) => {
    const error = await refusal(source, aRequest({ ...headers }, JSON.stringify(bounced)))
    expect(error).toMatchObject({ provider: 'postmark', forged: true })
    expect(String(error)).not.toContain(PASSWORD)
  })

  it('is refused, but not as a forgery, when it is not as documented', async () => {
    for (const odd of ['', '{}', '{"RecordType":"Bounce"}']) {
      expect(await refusal(source, aRequest(right, odd))).toMatchObject({ forged: false })
    }
    const late = { ...bounced, RecordType: 'Bounce', Type: 'HardBounce', BouncedAt: 'soon' }
    const error = await refusal(source, aRequest(right, JSON.stringify(late)))
    expect(error).toMatchObject({ forged: false })
  })
})

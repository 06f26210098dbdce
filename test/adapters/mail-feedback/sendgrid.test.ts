import { describe, expect, it } from 'vitest'
import { createSendgridFeedback } from '../../../src/adapters/mail-feedback/sendgrid.ts'
import { NOW, SECONDS, aRequest, aSigner, refusal } from './support.ts'

const signer = aSigner('p256')
const source = createSendgridFeedback({ publicKey: signer.publicKey })

function headersOf(body: string, seconds = SECONDS, by = signer) {
  return {
    'x-twilio-email-event-webhook-timestamp': String(seconds),
    'x-twilio-email-event-webhook-signature': by.sign(`${seconds}${body}`),
  }
}

const event = (change: object) => ({
  email: 'Zoe@Recipient.example',
  timestamp: SECONDS - 5,
  event: 'bounce',
  sg_event_id: 'event-1',
  sg_message_id: 'sent-1.filter0001.1.2',
  message_id: 'ours-1',
  ...change,
})

describe('the event webhook of SendGrid', () => {
  it('tells of every event about an address in a batch', async () => {
    const body = `${JSON.stringify([
      event({ type: 'bounce', reason: '550 no mailbox' }),
      event({ type: 'blocked', sg_event_id: 'event-2' }),
      event({ event: 'dropped', sg_event_id: 'event-3', reason: 'Bounced Address' }),
      event({ event: 'spamreport', sg_event_id: 'event-4' }),
      event({ event: 'delivered', sg_event_id: 'event-5' }),
      event({ event: 'group_unsubscribe', sg_event_id: 'event-6' }),
      event({ event: 'open', sg_event_id: 'event-7' }),
      event({ event: 'processed', sg_event_id: 'event-8' }),
    ])}\r\n`
    const events = await source.verify(aRequest(headersOf(body), body), NOW)
    expect(events[0]).toEqual({
      kind: 'bounce',
      permanent: true,
      provider: 'sendgrid',
      eventId: 'event-1',
      address: 'zoe@recipient.example',
      at: NOW - 5_000,
      reason: '550 no mailbox',
      providerMessageId: 'sent-1',
      messageId: 'ours-1',
    })
    expect(events.map(({ kind, permanent, eventId }) => [kind, permanent, eventId])).toEqual([
      ['bounce', true, 'event-1'],
      ['bounce', false, 'event-2'],
      ['bounce', false, 'event-3'],
      ['complaint', true, 'event-4'],
      ['delivered', false, 'event-5'],
      ['unsubscribed', true, 'event-6'],
    ])
  })

  it('is taken with every length that a signature may have', async () => {
    for (let count = 0; count < 200; count += 1) {
      const body = JSON.stringify([event({ sg_event_id: `event-${count}` })])
      expect(await source.verify(aRequest(headersOf(body), body), NOW)).toHaveLength(1)
    }
  })

  const body = JSON.stringify([event({})])
  const good = headersOf(body)
  const SIGNATURE = 'x-twilio-email-event-webhook-signature'

  it.each([
    ['a changed body', good, body.replace('event-1', 'event-2')],
    [
      'another time',
      { ...good, 'x-twilio-email-event-webhook-timestamp': String(SECONDS + 1) },
      body,
    ],
    ['another key', headersOf(body, SECONDS, aSigner('p256')), body],
    ['an old signature', headersOf(body, SECONDS - 301), body],
    ['a signature that is none', { ...good, [SIGNATURE]: btoa('none') }, body],
    ['a signature cut short', { ...good, [SIGNATURE]: good[SIGNATURE].slice(0, 40) }, body],
    ['no signature', {}, body],
  ])('is refused with %s', async (_, headers, sent) => {
    expect(await refusal(source, aRequest(headers, sent))).toMatchObject({
      provider: 'sendgrid',
      forged: true,
    })
  })

  it('is refused with more events than a request may hold', async () => {
    const many = JSON.stringify(Array.from({ length: 1_001 }, () => event({})))
    const error = await refusal(source, aRequest(headersOf(many), many))
    expect(error).toMatchObject({ forged: false })
  })

  it('cannot be set up with a key that is none', () => {
    expect(() => createSendgridFeedback({ publicKey: '%' })).toThrow(TypeError)
  })
})

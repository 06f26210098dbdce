import { describe, expect, it } from 'vitest'
import { createResendFeedback } from '../../../src/adapters/mail-feedback/resend.ts'
import { NOW, SECONDS, aRequest, refusal, svixHeaders } from './support.ts'

const SECRET = `whsec_${Buffer.from('a secret of 24 bytes....').toString('base64')}`
const source = createResendFeedback({ secret: SECRET })

const event = (type: string, data: object = {}) =>
  JSON.stringify({
    type,
    created_at: '2026-11-20T11:59:58.000Z',
    data: {
      email_id: 'mail-1',
      from: 'Shop <shop@sender.example>',
      to: ['Zoë <Zoe@Recipient.example>'],
      subject: 'Hello',
      tags: { message_id: 'ours-1', category: 'auth' },
      ...data,
    },
  })

const verify = (body: string, id = 'msg_1') =>
  source.verify(aRequest(svixHeaders(SECRET, id, SECONDS, body), body), NOW)

describe('the webhook of Resend', () => {
  it.each([
    [
      'a hard bounce',
      'email.bounced',
      { bounce: { type: 'Permanent', message: 'no mailbox' } },
      'bounce',
      true,
    ],
    [
      'a soft bounce',
      'email.bounced',
      { bounce: { type: 'Transient', message: 'no mailbox' } },
      'bounce',
      false,
    ],
    ['a complaint', 'email.complained', {}, 'complaint', true],
    ['a delivery', 'email.delivered', {}, 'delivered', false],
  ] as const)('tells of %s', async (_, type, data, kind, permanent) => {
    expect(await verify(event(type, data))).toEqual([
      {
        kind,
        permanent,
        provider: 'resend',
        eventId: 'msg_1',
        address: 'zoe@recipient.example',
        at: Date.UTC(2026, 10, 20, 11, 59, 58),
        providerMessageId: 'mail-1',
        messageId: 'ours-1',
        ...('bounce' in data && { reason: 'no mailbox' }),
      },
    ])
  })

  it('says nothing of addresses in other events', async () => {
    expect(await verify(event('email.opened'))).toEqual([])
    expect(await verify(event('domain.created', { to: undefined }))).toEqual([])
  })

  it('is taken with the second of two signatures, while a secret is replaced', async () => {
    const body = event('email.delivered')
    const headers = svixHeaders(SECRET, 'msg_2', SECONDS, body)
    const other = svixHeaders(`whsec_${btoa('another')}`, 'msg_2', SECONDS, body)
    const both = `${other['svix-signature']} ${headers['svix-signature']}`
    const request = aRequest({ ...headers, 'svix-signature': both }, body)
    expect(await source.verify(request, NOW)).toHaveLength(1)
  })

  const body = event('email.bounced')
  const good = svixHeaders(SECRET, 'msg_3', SECONDS, body)

  it.each([
    ['a changed body', good, body.replace('mail-1', 'mail-2')],
    ['another id', { ...good, 'svix-id': 'msg_4' }, body],
    ['another time', { ...good, 'svix-timestamp': String(SECONDS + 1) }, body],
    ['another secret', svixHeaders(`whsec_${btoa('another')}`, 'msg_3', SECONDS, body), body],
    [
      'a signature of another version',
      { ...good, 'svix-signature': good['svix-signature'].replace('v1,', 'v2,') },
      body,
    ],
    ['no signature', { 'svix-id': 'a', 'svix-timestamp': String(SECONDS) }, body],
    ['a signature that is none', { ...good, 'svix-signature': 'v1,%%%' }, body],
    ['an old signature', svixHeaders(SECRET, 'msg_3', SECONDS - 301, body), body],
    ['a signature from the future', svixHeaders(SECRET, 'msg_3', SECONDS + 301, body), body],
  ])('is refused with %s', async (_, headers, sent) => {
    expect(await refusal(source, aRequest(headers, sent))).toMatchObject({
      name: 'MailFeedbackError',
      provider: 'resend',
      forged: true,
    })
  })

  it('is refused, but not as a forgery, when it is signed and not as documented', async () => {
    for (const odd of ['{', '[]', '{"type":"email.bounced","created_at":"soon","data":{}}']) {
      const request = aRequest(svixHeaders(SECRET, 'msg_5', SECONDS, odd), odd)
      expect(await refusal(source, request)).toMatchObject({ forged: false })
    }
  })
})

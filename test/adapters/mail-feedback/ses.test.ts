import { createSign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createSesFeedback } from '../../../src/adapters/mail-feedback/ses.ts'
import { mailServers } from '../../support/mail.ts'
import { aRequest, refusal } from './support.ts'

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:ses-feedback'
const CERTIFICATE = 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-abc.pem'
const SUBSCRIBE = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t'

/** The certificate of the tests is made when they start, so that it is in force now. */
const NOW = Date.now()

/** Amazon's hosts, as far as they are asked: the internet is the one thing that is not here. */
function aSource(answer: (url: string) => Response = () => new Response(mailServers.signer.cert)) {
  const asked: string[] = []
  const fetch = async (input: RequestInfo | URL) => {
    const url = input instanceof Request ? input.url : String(input)
    asked.push(url)
    return answer(url)
  }
  const deps = { fetch, timeoutMilliseconds: 1_000 }
  return { asked, source: createSesFeedback(deps, { topicArn: TOPIC }) }
}

type Fields = Readonly<Record<string, string>>

/** A message of Amazon SNS, signed by the order of fields that it documents. */
function aMessage(fields: Fields, version: '1' | '2' = '2', key = mailServers.signer.key): string {
  const message: Fields = {
    Type: 'Notification',
    MessageId: 'sns-1',
    TopicArn: TOPIC,
    Timestamp: '2026-11-20T11:59:59.000Z',
    SigningCertURL: CERTIFICATE,
    ...fields,
  }
  const signed = [
    'Message',
    'MessageId',
    'Subject',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ]
  const lines = signed.flatMap((name) => (name in message ? [`${name}\n${message[name]}\n`] : []))
  const signer = createSign(version === '2' ? 'RSA-SHA256' : 'RSA-SHA1')
  const Signature = signer.update(lines.join('')).sign(key, 'base64')
  return JSON.stringify({ ...message, SignatureVersion: version, Signature })
}

const mail = { messageId: 'ses-1', tags: { message_id: ['ours-1'] } }
const bounce = {
  bounceType: 'Permanent',
  bounceSubType: 'General',
  timestamp: '2026-11-20T11:59:00.000Z',
  bouncedRecipients: [
    { emailAddress: 'Zoe@Recipient.example', diagnosticCode: 'smtp; 550 no mailbox' },
    { emailAddress: 'Max <max@recipient.example>' },
  ],
}
const bounced = JSON.stringify({ notificationType: 'Bounce', mail, bounce })

describe('the feedback of Amazon SES', () => {
  it.each(['1', '2'] as const)('tells of bounces, signed by version %s', async (version) => {
    const body = aMessage({ Message: bounced, Subject: 'Amazon SES' }, version)
    const shared = {
      kind: 'bounce',
      permanent: true,
      provider: 'ses',
      at: Date.UTC(2026, 10, 20, 11, 59),
      providerMessageId: 'ses-1',
      messageId: 'ours-1',
    }
    expect(await aSource().source.verify(aRequest({}, body), NOW)).toEqual([
      {
        ...shared,
        eventId: 'sns-1',
        address: 'zoe@recipient.example',
        reason: 'smtp; 550 no mailbox',
      },
      { ...shared, eventId: 'sns-1/1', address: 'max@recipient.example' },
    ])
  })

  it.each([
    [
      'a passing bounce',
      { notificationType: 'Bounce', bounce: { ...bounce, bounceType: 'Transient' } },
      'bounce',
      false,
    ],
    [
      'a complaint',
      {
        eventType: 'Complaint',
        complaint: {
          timestamp: bounce.timestamp,
          complainedRecipients: [{ emailAddress: 'zoe@recipient.example' }],
          complaintFeedbackType: 'abuse',
        },
      },
      'complaint',
      true,
    ],
    [
      'a delivery',
      {
        eventType: 'Delivery',
        delivery: { timestamp: bounce.timestamp, recipients: ['zoe@recipient.example'] },
      },
      'delivered',
      false,
    ],
  ])('tells of %s', async (_, message, kind, permanent) => {
    const body = aMessage({ Message: JSON.stringify({ mail, ...message }) })
    const [event] = await aSource().source.verify(aRequest({}, body), NOW)
    expect(event).toMatchObject({ kind, permanent, address: 'zoe@recipient.example' })
  })

  it('says nothing of addresses in other events', async () => {
    const body = aMessage({ Message: JSON.stringify({ eventType: 'Open', mail }) })
    expect(await aSource().source.verify(aRequest({}, body), NOW)).toEqual([])
  })

  it('is checked by a certificate that is fetched once', async () => {
    const { asked, source } = aSource()
    await source.verify(aRequest({}, aMessage({ Message: bounced })), NOW)
    await source.verify(aRequest({}, aMessage({ Message: bounced })), NOW)
    expect(asked).toEqual([CERTIFICATE])
  })

  it('confirms its subscription when Amazon asks', async () => {
    const fields = { Type: 'SubscriptionConfirmation', Message: 'm', Token: 't' }
    const { asked, source } = aSource()
    const body = aMessage({ ...fields, SubscribeURL: SUBSCRIBE })
    expect(await source.verify(aRequest({}, body), NOW)).toEqual([])
    expect(asked).toEqual([CERTIFICATE, SUBSCRIBE])
    const elsewhere = aMessage({ ...fields, SubscribeURL: 'https://evil.example/' })
    expect(await refusal(source, aRequest({}, elsewhere), NOW)).toMatchObject({ forged: true })
    expect(asked).toHaveLength(2)
  })

  it.each([
    'http://sns.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com.evil.example/a.pem',
    'https://evil.example/sns.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com@evil.example/a.pem',
    'https://s3.eu-west-1.amazonaws.com/bucket/a.pem',
    'https://sns.eu-west-1.amazonaws.com:8443/a.pem',
    'https://sns.eu-west-1.amazonaws.com/a.pem?x=.txt#a',
    'https://evil.example/a.pem',
    'a.pem',
  ])('fetches no certificate from %s', async (SigningCertURL) => {
    const { asked, source } = aSource(() => new Response('none'))
    const body = aMessage({ Message: bounced, SigningCertURL })
    expect(await refusal(source, aRequest({}, body), NOW)).toMatchObject({ forged: true })
    expect(asked.filter((url) => !url.startsWith('https://sns.eu-west-1.amazonaws.com/'))).toEqual(
      [],
    )
  })

  it('is refused with anything changed, from another topic or by another certificate', async () => {
    const { source } = aSource()
    const good = aMessage({ Message: bounced })
    const changed = good.replace('Zoe@', 'Max@')
    const topic = aMessage({ Message: bounced, TopicArn: `${TOPIC}-2` })
    const subject = JSON.stringify({ ...JSON.parse(good), Subject: 'new' })
    for (const body of [changed, topic, subject]) {
      expect(await refusal(source, aRequest({}, body), NOW)).toMatchObject({ forged: true })
    }
    const other = aSource(
      () => new Response('-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----'),
    )
    expect(await refusal(other.source, aRequest({}, good), NOW)).toMatchObject({ forged: true })
    const gone = aSource(() => new Response('', { status: 404 }))
    expect(await refusal(gone.source, aRequest({}, good), NOW)).toMatchObject({ forged: true })
  })

  it('is refused when the certificate is not in force', async () => {
    const request = aRequest({}, aMessage({ Message: bounced }))
    for (const days of [-30, 40_000]) {
      const error = await refusal(aSource().source, request, NOW + days * 86_400_000)
      expect(error).toMatchObject({ forged: true })
    }
  })

  it('is refused, but not as a forgery, when it is not as documented', async () => {
    const { source } = aSource()
    const odd = ['{}', 'x', aMessage({ Message: 'Hello' }), aMessage({ Message: '{}' })]
    for (const body of odd) {
      expect(await refusal(source, aRequest({}, body), NOW)).toMatchObject({ forged: false })
    }
  })
})

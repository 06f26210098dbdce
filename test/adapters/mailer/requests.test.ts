import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { createMailchannelsMailer } from '../../../src/adapters/mailer/mailchannels.ts'
import { createPostmarkMailer } from '../../../src/adapters/mailer/postmark.ts'
import { createResendMailer } from '../../../src/adapters/mailer/resend.ts'
import { createSendgridMailer } from '../../../src/adapters/mailer/sendgrid.ts'
import { createSesMailer } from '../../../src/adapters/mailer/ses.ts'
import { type SinkScript, aMail, aSink } from '../../support/mail.ts'

const FROM = '"Käthes Café" <shop@sender.example>'
const REPLY_TO = String.raw`"Help, \"24/7\"" <help@sender.example>`
const HEADERS = { 'Auto-Submitted': 'auto-generated' }
const party = z.strictObject({ email: z.email(), name: z.string().optional() })

/** The one request that a mailer makes for a mail, with its body read by the documented form. */
async function requestOf<T>(
  make: (deps: ReturnType<typeof aSink>['deps']) => ReturnType<typeof createResendMailer>,
  script: SinkScript,
  schema: z.ZodType<T>,
) {
  const sink = aSink(script)
  const mail = aMail()
  const receipt = await make(sink.deps).send(mail)
  const request = await sink.request()
  const body = schema.parse(JSON.parse(request.body))
  return { mail, receipt, request, body }
}

describe('a mail by MailChannels', () => {
  const schema = z.strictObject({
    personalizations: z.array(z.strictObject({ to: z.array(party) })),
    from: party,
    reply_to: party,
    subject: z.string(),
    content: z.array(z.strictObject({ type: z.string(), value: z.string() })),
    headers: z.record(z.string(), z.string()),
    campaign_id: z.string().max(48).regex(/^\S+$/),
    dkim_domain: z.string().optional(),
    dkim_selector: z.string().optional(),
    dkim_private_key: z.base64().optional(),
  })
  const answer = {
    status: 202,
    body: { request_id: 'r1', results: [{ index: 0, message_id: '<m1@mc>', status: 'sent' }] },
  }

  it('is one request to /tx/v1/send with the key in X-Api-Key', async () => {
    const make = (deps: Parameters<typeof createMailchannelsMailer>[0]) =>
      createMailchannelsMailer(deps, { apiKey: 'mc-key', dryRun: false })
    const { mail, receipt, request, body } = await requestOf(make, answer, schema)
    expect(request).toMatchObject({ method: 'POST', path: '/tx/v1/send' })
    expect(request.headers).toMatchObject({
      'x-api-key': 'mc-key',
      'content-type': 'application/json',
    })
    expect(body).toEqual({
      personalizations: [{ to: [{ email: mail.to.address, name: 'Zoë 北京' }] }],
      from: { email: 'shop@sender.example', name: 'Käthes Café' },
      reply_to: { email: 'help@sender.example', name: 'Help, "24/7"' },
      subject: mail.subject,
      content: [
        { type: 'text/plain', value: mail.text },
        { type: 'text/html', value: mail.html },
      ],
      headers: HEADERS,
      campaign_id: 'auth_password-reset',
    })
    expect(receipt).toEqual({ provider: 'mailchannels', providerMessageId: '<m1@mc>' })
  })

  it('is signed with our key, and only rendered in a dry run', async () => {
    const dkim = { domain: 'sender.example', selector: 's1', privateKey: btoa('key') }
    const make = (deps: Parameters<typeof createMailchannelsMailer>[0]) =>
      createMailchannelsMailer(deps, { apiKey: 'mc-key', dryRun: true, dkim })
    const script = { status: 200, body: { data: ['rendered'] } }
    const { receipt, request, body } = await requestOf(make, script, schema)
    expect(request.path).toBe('/tx/v1/send?dry-run=true')
    expect(body).toMatchObject({
      dkim_domain: 'sender.example',
      dkim_selector: 's1',
      dkim_private_key: dkim.privateKey,
    })
    expect(receipt).toEqual({ provider: 'mailchannels' })
  })
})

describe('a mail by Resend', () => {
  const schema = z.strictObject({
    from: z.string(),
    to: z.array(z.string()),
    reply_to: z.string(),
    subject: z.string(),
    html: z.string(),
    text: z.string(),
    headers: z.record(z.string(), z.string()),
    tags: z.array(
      z.strictObject({
        name: z.string().regex(/^[\w-]+$/),
        value: z.string().regex(/^[\w-]{1,256}$/),
      }),
    ),
  })

  it('is one request to /emails with an idempotency key of its reason', async () => {
    const make = (deps: Parameters<typeof createResendMailer>[0]) =>
      createResendMailer(deps, { apiKey: 're_key' })
    const { mail, receipt, request, body } = await requestOf(make, { body: { id: 're-1' } }, schema)
    expect(request).toMatchObject({ method: 'POST', path: '/emails' })
    expect(request.headers).toMatchObject({ authorization: 'Bearer re_key' })
    const key = createHash('sha256').update(`tenant/${mail.dedupeKey}`).digest('base64url')
    expect(request.headers['idempotency-key']).toBe(key)
    expect(body).toEqual({
      from: FROM,
      to: [`"Zoë 北京" <${mail.to.address}>`],
      reply_to: REPLY_TO,
      subject: mail.subject,
      html: mail.html,
      text: mail.text,
      headers: HEADERS,
      tags: [
        { name: 'message_id', value: mail.id },
        { name: 'category', value: 'auth_password-reset' },
      ],
    })
    expect(receipt).toEqual({ provider: 'resend', providerMessageId: 're-1' })
  })
})

describe('a mail by SendGrid', () => {
  const schema = z.strictObject({
    personalizations: z.array(
      z.strictObject({ to: z.array(party), custom_args: z.record(z.string(), z.string()) }),
    ),
    from: party,
    reply_to: party,
    subject: z.string(),
    content: z.array(z.strictObject({ type: z.string(), value: z.string() })),
    headers: z.record(z.string(), z.string()),
    categories: z.array(z.string().max(255)).max(10),
    tracking_settings: z.strictObject({
      click_tracking: z.strictObject({ enable: z.boolean(), enable_text: z.boolean() }),
      open_tracking: z.strictObject({ enable: z.boolean() }),
    }),
  })

  it('is one request to /v3/mail/send with the plain part first', async () => {
    const make = (deps: Parameters<typeof createSendgridMailer>[0]) =>
      createSendgridMailer(deps, { apiKey: 'SG.key' })
    const script = { status: 202, headers: { 'x-message-id': 'sg-1' } }
    const { mail, receipt, request, body } = await requestOf(make, script, schema)
    expect(request).toMatchObject({ method: 'POST', path: '/v3/mail/send' })
    expect(request.headers).toMatchObject({ authorization: 'Bearer SG.key' })
    expect(body).toMatchObject({
      personalizations: [
        {
          to: [{ email: mail.to.address, name: 'Zoë 北京' }],
          custom_args: { message_id: mail.id },
        },
      ],
      content: [
        { type: 'text/plain', value: mail.text },
        { type: 'text/html', value: mail.html },
      ],
      headers: HEADERS,
      categories: ['auth_password-reset'],
    })
    expect(receipt).toEqual({ provider: 'sendgrid', providerMessageId: 'sg-1' })
  })
})

describe('a mail by Postmark', () => {
  const schema = z.strictObject({
    From: z.string(),
    To: z.string(),
    ReplyTo: z.string(),
    Subject: z.string(),
    HtmlBody: z.string(),
    TextBody: z.string(),
    Headers: z.array(z.strictObject({ Name: z.string(), Value: z.string() })),
    MessageStream: z.string(),
    Metadata: z.record(z.string().max(20), z.string().max(80)),
    Tag: z.string().max(1_000),
    TrackOpens: z.boolean(),
    TrackLinks: z.enum(['None', 'HtmlAndText', 'HtmlOnly', 'TextOnly']),
  })

  it('is one request to /email with the token of the server', async () => {
    const make = (deps: Parameters<typeof createPostmarkMailer>[0]) =>
      createPostmarkMailer(deps, { serverToken: 'pm-token', messageStream: 'outbound' })
    const script = { body: { ErrorCode: 0, Message: 'OK', MessageID: 'pm-1' } }
    const { mail, receipt, request, body } = await requestOf(make, script, schema)
    expect(request).toMatchObject({ method: 'POST', path: '/email' })
    expect(request.headers).toMatchObject({
      'x-postmark-server-token': 'pm-token',
      accept: 'application/json',
    })
    expect(body).toMatchObject({
      From: FROM,
      To: `"Zoë 北京" <${mail.to.address}>`,
      ReplyTo: REPLY_TO,
      HtmlBody: mail.html,
      TextBody: mail.text,
      Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
      MessageStream: 'outbound',
      Metadata: { message_id: mail.id },
    })
    expect(receipt).toEqual({ provider: 'postmark', providerMessageId: 'pm-1' })
  })
})

describe('a mail by Amazon SES', () => {
  const content = z.strictObject({ Data: z.string(), Charset: z.literal('UTF-8') })
  const schema = z.strictObject({
    FromEmailAddress: z.string().regex(/^[\x20-\x7e]+$/),
    Destination: z.strictObject({ ToAddresses: z.array(z.string().regex(/^[\x20-\x7e]+$/)) }),
    ReplyToAddresses: z.array(z.string().regex(/^[\x20-\x7e]+$/)),
    Content: z.strictObject({
      Simple: z.strictObject({
        Subject: content,
        Body: z.strictObject({ Text: content, Html: content }),
        Headers: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).max(15),
      }),
    }),
    EmailTags: z.array(
      z.strictObject({ Name: z.string(), Value: z.string().regex(/^[\w-]{1,256}$/) }),
    ),
    ConfigurationSetName: z.string(),
  })
  const config = {
    region: 'eu-west-1',
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'ses-secret',
    configurationSet: 'mails',
  }
  const make = (deps: Parameters<typeof createSesMailer>[0]) => createSesMailer(deps, config)

  it('is one request to /v2/email/outbound-emails with names in encoded words', async () => {
    const { mail, receipt, request, body } = await requestOf(
      make,
      { body: { MessageId: 'ses-1' } },
      schema,
    )
    expect(request).toMatchObject({ method: 'POST', path: '/v2/email/outbound-emails' })
    const word = (text: string) => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`
    expect(body).toMatchObject({
      FromEmailAddress: `${word('Käthes Café')} <shop@sender.example>`,
      Destination: { ToAddresses: [`${word('Zoë 北京')} <${mail.to.address}>`] },
      ReplyToAddresses: [REPLY_TO],
      Content: {
        Simple: {
          Subject: { Data: mail.subject },
          Body: { Text: { Data: mail.text }, Html: { Data: mail.html } },
          Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
        },
      },
      ConfigurationSetName: 'mails',
    })
    expect(receipt).toEqual({ provider: 'ses', providerMessageId: 'ses-1' })
  })

  it('carries a signature that Amazon would work out too', async () => {
    const sink = aSink({ body: { MessageId: 'ses-2' } })
    await make(sink.deps).send(aMail())
    const { headers, body } = await sink.request()
    const { authorization = '' } = headers
    expect(authorization).toBe(signatureOf(new URL(sink.deps.baseUrl), headers, body))
  })

  /** AWS Signature Version 4, worked out from its description with another cryptography. */
  function signatureOf(base: URL, headers: Readonly<Record<string, string>>, body: string): string {
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
    const hmac = (key: string | Uint8Array, text: string) =>
      createHmac('sha256', key).update(text).digest()
    const date = headers['x-amz-date'] ?? ''
    const day = date.slice(0, 8)
    const [, names = ''] = /SignedHeaders=([^,]+)/.exec(headers['authorization'] ?? '') ?? []
    expect(names.split(';')).toEqual(expect.arrayContaining(['host', 'x-amz-date']))
    const canonical = [
      'POST',
      `${base.pathname}/v2/email/outbound-emails`,
      '',
      ...names.split(';').map((name) => `${name}:${headers[name]}`),
      '',
      names,
      sha256(body),
    ].join('\n')
    const scope = `${day}/${config.region}/ses/aws4_request`
    const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')
    const key = [config.region, 'ses', 'aws4_request'].reduce<Uint8Array>(
      hmac,
      hmac(`AWS4${config.secretAccessKey}`, day),
    )
    const signature = hmac(key, text).toString('hex')
    return `AWS4-HMAC-SHA256 Credential=${config.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`
  }
})

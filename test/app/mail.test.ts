import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { createConsoleTelemetry } from '../../src/adapters/telemetry/console.ts'
import { ConfigError, parseConfig } from '../../src/app/config/index.ts'
import { type MailDeps, createFeedbackSources, createMailer, senderOf } from '../../src/app/mail.ts'
import type { OutgoingMail } from '../../src/ports/mailer.ts'
import { SMTP_USER, aMail, aSink, mailServers, takenFor, thrownBy } from '../support/mail.ts'

type Vars = Readonly<Record<string, string | undefined>>

function deps(kept: OutgoingMail[] = []): MailDeps {
  return {
    clock: systemClock,
    telemetry: createConsoleTelemetry({
      clock: systemClock,
      level: 'silent',
      format: 'json',
      base: {},
    }),
    fetch,
    keep: async (mail) => `kept-${kept.push(mail)}`,
  }
}

const configOf = (vars: Vars) => parseConfig({ ...env, ...vars })
const mailerOf = (vars: Vars, kept: OutgoingMail[] = []) => createMailer(deps(kept), configOf(vars))

/** What the configuration says of an environment. */
function complaints(vars: Vars): readonly string[] {
  try {
    configOf(vars)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [...error.message.matchAll(/^ {2}- (.+)$/gm)].map(([, line]) => String(line))
  }
}

const production = { APP_ENV: 'production', MAIL_FROM: 'shop@sender.example' }

afterEach(() => {
  vi.restoreAllMocks()
})

describe('mail as it is configured', () => {
  it('goes into the mailbox of development when nothing is said', async () => {
    const kept: OutgoingMail[] = []
    const receipt = await mailerOf({}, kept).send(aMail())
    expect(receipt).toEqual({ provider: 'memory', providerMessageId: 'kept-1' })
    expect(kept).toHaveLength(1)
  })

  it('goes nowhere in production when nothing is said: the Worker starts, a mail waits', async () => {
    const mailer = mailerOf(production)
    expect(await thrownBy(mailer.send(aMail()))).toMatchObject({
      kind: 'unavailable',
      message: 'mail unavailable by none: MAIL_PROVIDERS names no provider',
    })
    expect(await mailer.doctor?.('sender.example')).toMatchObject([{ passed: false }])
  })

  it('goes by the next provider of the list while the first is down', async () => {
    const sink = aSink({ status: 503 })
    const mail = aMail()
    const mailer = mailerOf({
      MAIL_PROVIDERS: 'mailchannels, smtp',
      MAIL_MAILCHANNELS_API_KEY: 'mailchannels-key',
      MAIL_MAILCHANNELS_URL: `${sink.deps.baseUrl}/`,
      MAIL_SMTP_HOST: 'localhost',
      MAIL_SMTP_PORT: String(mailServers.smtp.starttls),
      MAIL_SMTP_USERNAME: SMTP_USER.username,
      MAIL_SMTP_PASSWORD: SMTP_USER.password,
    })
    expect(await mailer.send(mail)).toMatchObject({ provider: 'smtp' })
    expect(await sink.request()).toMatchObject({ path: '/tx/v1/send' })
    expect(await takenFor(mail.to.address)).toHaveLength(1)
  })

  it('goes by Cloudflare’s binding, where there is one', async () => {
    const config = configOf({ MAIL_PROVIDERS: 'cloudflare' })
    const mailer = createMailer({ ...deps(), email: env.EMAIL }, config)
    expect(await mailer.send(aMail())).toMatchObject({ provider: 'cloudflare' })
    expect(() => createMailer(deps(), config)).toThrow('EMAIL: the binding is missing')
  })

  it('can be made of every provider at once', () => {
    const vars = {
      ...production,
      MAIL_PROVIDERS: 'mailchannels,cloudflare,smtp,resend,sendgrid,ses,postmark',
      MAIL_MAILCHANNELS_API_KEY: 'mailchannels-key',
      MAIL_SMTP_HOST: 'smtp.example',
      MAIL_RESEND_API_KEY: 'resend-key',
      MAIL_SENDGRID_API_KEY: 'sendgrid-key',
      MAIL_SES_REGION: 'eu-west-1',
      MAIL_SES_ACCESS_KEY_ID: 'access-key',
      MAIL_SES_SECRET_ACCESS_KEY: 'secret-key',
      MAIL_POSTMARK_SERVER_TOKEN: 'postmark-token',
    }
    const mailer = createMailer({ ...deps(), email: env.EMAIL }, configOf(vars))
    expect(mailer.name.split(', ')).toEqual(vars.MAIL_PROVIDERS.split(','))
  })

  it('asks the real providers unless told otherwise', async () => {
    const asked: string[] = []
    const fetch = async (input: RequestInfo | URL) => {
      asked.push(input instanceof Request ? input.url : String(input))
      return new Response('', { status: 503 })
    }
    const vars = {
      MAIL_PROVIDERS: 'mailchannels,resend,sendgrid,ses,postmark',
      MAIL_MAILCHANNELS_API_KEY: 'mailchannels-key',
      MAIL_RESEND_API_KEY: 'resend-key',
      MAIL_SENDGRID_API_KEY: 'sendgrid-key',
      MAIL_SES_REGION: 'eu-west-1',
      MAIL_SES_ACCESS_KEY_ID: 'access-key',
      MAIL_SES_SECRET_ACCESS_KEY: 'secret-key',
      MAIL_POSTMARK_SERVER_TOKEN: 'postmark-token',
    }
    await thrownBy(createMailer({ ...deps(), fetch }, configOf(vars)).send(aMail()))
    expect(asked).toEqual([
      'https://api.mailchannels.net/tx/v1/send',
      'https://api.resend.com/emails',
      'https://api.sendgrid.com/v3/mail/send',
      'https://email.eu-west-1.amazonaws.com/v2/email/outbound-emails',
      'https://api.postmarkapp.com/email',
    ])
  })

  it('comes from the sender that is named', () => {
    const { mail } = configOf({
      MAIL_FROM: 'shop@sender.example',
      MAIL_FROM_NAME: 'Käthes Café',
      MAIL_REPLY_TO: 'help@sender.example',
    })
    expect(senderOf(mail)).toEqual({
      from: { address: 'shop@sender.example', name: 'Käthes Café' },
      replyTo: { address: 'help@sender.example' },
    })
  })
})

describe('the webhooks of providers', () => {
  it('are taken of those whose secret is configured', () => {
    const { mail } = configOf({
      MAIL_MAILCHANNELS_API_KEY: 'mailchannels-key',
      MAIL_RESEND_WEBHOOK_SECRET: `whsec_${btoa('secret')}`,
      MAIL_SENDGRID_WEBHOOK_KEY: btoa('key'),
      MAIL_SES_TOPIC_ARN: 'arn:aws:sns:eu-west-1:123456789012:ses',
      MAIL_POSTMARK_WEBHOOK_USERNAME: 'hook',
      MAIL_POSTMARK_WEBHOOK_PASSWORD: 'password-of-the-hook',
    })
    const names = [...createFeedbackSources({ fetch }, mail).keys()]
    expect(names).toEqual(['mailchannels', 'resend', 'sendgrid', 'ses', 'postmark'])
    expect(createFeedbackSources({ fetch }, configOf({}).mail).size).toBe(0)
  })
})

describe('a wrong configuration of mail', () => {
  it.each<[string, Vars, readonly string[]]>([
    [
      'a provider that does not exist',
      { MAIL_PROVIDERS: 'sendgird' },
      [
        'MAIL_PROVIDERS: must be among mailchannels, cloudflare, smtp, resend, sendgrid, ses, postmark, memory',
      ],
    ],
    [
      'a provider twice',
      { MAIL_PROVIDERS: 'memory,memory' },
      ['MAIL_PROVIDERS: must not name a provider twice'],
    ],
    [
      'a provider without its key',
      { MAIL_PROVIDERS: 'resend' },
      ['MAIL_RESEND_API_KEY: is needed by the provider resend'],
    ],
    [
      'a provider without any of its keys',
      { MAIL_PROVIDERS: 'ses' },
      [
        'MAIL_SES_REGION: is needed by the provider ses',
        'MAIL_SES_ACCESS_KEY_ID: is needed by the provider ses',
        'MAIL_SES_SECRET_ACCESS_KEY: is needed by the provider ses',
      ],
    ],
    [
      'half a log-in',
      { MAIL_SMTP_USERNAME: 'me' },
      ['MAIL_SMTP_PASSWORD: is needed by the keys that go with it'],
    ],
    ['a sender that is no address', { MAIL_FROM: 'shop' }, ['MAIL_FROM: must be an address']],
    [
      'a sender’s name with a line break',
      { MAIL_FROM_NAME: 'a\nb' },
      ['MAIL_FROM_NAME: must be one line'],
    ],
    [
      'a mistyped key',
      { MAIL_SMTP_HOSTS: 'a' },
      ['MAIL_SMTP_HOSTS: is not a key of the configuration; is MAIL_SMTP_HOST meant?'],
    ],
    [
      'the mailbox of development in production',
      { ...production, MAIL_PROVIDERS: 'memory' },
      ['MAIL_PROVIDERS: must not name memory in production'],
    ],
    [
      'another address of a provider in production',
      { ...production, MAIL_RESEND_URL: 'http://127.0.0.1' },
      ['MAIL_RESEND_URL: is not for production'],
    ],
    [
      'a server without TLS in production, and no sender',
      {
        APP_ENV: 'production',
        MAIL_PROVIDERS: 'smtp',
        MAIL_SMTP_HOST: 'a',
        MAIL_SMTP_SECURITY: 'none',
        MAIL_SMTP_PORT: '25',
      },
      [
        'MAIL_SMTP_PORT: cannot be 25, which Workers do not reach',
        'MAIL_SMTP_SECURITY: must not be none in production',
        'MAIL_FROM: is needed by MAIL_PROVIDERS',
      ],
    ],
  ])('with %s is named', (_, vars, lines) => {
    expect(complaints(vars)).toEqual(lines)
  })

  it('never shows a value', () => {
    const canary = 'canary of a key'
    for (const key of [
      'MAIL_PROVIDERS',
      'MAIL_FROM',
      'MAIL_RESEND_WEBHOOK_SECRET',
      'MAIL_SES_TOPIC_ARN',
      'MAIL_SMTP_HOST',
      'MAIL_RESEND_URL',
      'MAIL_SMTP_PORT',
    ]) {
      const lines = complaints({ [key]: canary })
      expect(lines).toHaveLength(1)
      expect(lines[0]).toContain(`${key}: `)
      expect(lines[0]).not.toContain(canary)
    }
  })
})

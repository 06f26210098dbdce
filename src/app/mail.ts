import { createMailchannelsFeedback } from '../adapters/mail-feedback/mailchannels.ts'
import { createPostmarkFeedback } from '../adapters/mail-feedback/postmark.ts'
import { createResendFeedback } from '../adapters/mail-feedback/resend.ts'
import { createSendgridFeedback } from '../adapters/mail-feedback/sendgrid.ts'
import { createSesFeedback } from '../adapters/mail-feedback/ses.ts'
import { type EmailBinding, createCloudflareMailer } from '../adapters/mailer/cloudflare.ts'
import { createFailoverMailer } from '../adapters/mailer/failover.ts'
import type { HttpDeps } from '../adapters/mailer/http.ts'
import { createMailchannelsMailer } from '../adapters/mailer/mailchannels.ts'
import { type KeepMail, createMemoryMailer } from '../adapters/mailer/memory.ts'
import { createNoMailer } from '../adapters/mailer/none.ts'
import { createPostmarkMailer } from '../adapters/mailer/postmark.ts'
import { createResendMailer } from '../adapters/mailer/resend.ts'
import { createSendgridMailer } from '../adapters/mailer/sendgrid.ts'
import { createSesMailer } from '../adapters/mailer/ses.ts'
import { createSmtpMailer } from '../adapters/mailer/smtp.ts'
import type { Clock } from '../kernel/clock.ts'
import type { MailFeedbackSource } from '../ports/mail-feedback.ts'
import type { MailAddress, Mailer } from '../ports/mailer.ts'
import type { Telemetry } from '../ports/telemetry.ts'
import { type Config, ConfigError } from './config/index.ts'

type MailConfig = Config['mail']

/** What mail needs of the isolate. */
export interface MailDeps {
  readonly clock: Clock
  readonly telemetry: Telemetry
  readonly fetch: typeof fetch
  /** Where the mailbox of development keeps a mail. */
  readonly keep: KeepMail
  /** The binding `EMAIL`, where the deployment has one. */
  readonly email?: EmailBinding | undefined
}

const BASE_URLS = {
  mailchannels: 'https://api.mailchannels.net',
  resend: 'https://api.resend.com',
  sendgrid: 'https://api.sendgrid.com',
  postmark: 'https://api.postmarkapp.com',
} as const

/**
 * The mailer of the configuration: its providers in order. Without one it is the mailbox of
 * development, or in production one that refuses every mail and says why. Throws `ConfigError`.
 */
export function createMailer(deps: MailDeps, { app, mail }: Pick<Config, 'app' | 'mail'>): Mailer {
  const standard = app.env === 'production' ? [] : (['memory'] as const)
  const providers = mail.providers.length > 0 ? mail.providers : standard
  if (providers.length === 0) return createNoMailer()
  const mailers = providers.map((provider) => makers[provider](deps, mail))
  return createFailoverMailer(mailers, {
    clock: deps.clock,
    telemetry: deps.telemetry,
    probeMilliseconds: mail.timeoutMs,
  })
}

/** The sender of mails, and where answers go. */
export function senderOf(mail: MailConfig): {
  readonly from: MailAddress
  readonly replyTo?: MailAddress
} {
  return {
    from: { address: mail.from, name: mail.fromName },
    ...(mail.replyTo && { replyTo: { address: mail.replyTo } }),
  }
}

/** The webhooks that are taken: those of providers whose secret is configured, by provider. */
export function createFeedbackSources(
  deps: Pick<MailDeps, 'fetch'>,
  mail: MailConfig,
): ReadonlyMap<string, MailFeedbackSource> {
  const timeoutMilliseconds = mail.timeoutMs
  const { fetch } = deps
  const sources: (MailFeedbackSource | undefined)[] = [
    mail.mailchannelsApiKey === undefined
      ? undefined
      : createMailchannelsFeedback({
          fetch,
          timeoutMilliseconds,
          baseUrl: mail.mailchannelsUrl ?? BASE_URLS.mailchannels,
        }),
    mail.resendWebhookSecret === undefined
      ? undefined
      : createResendFeedback({ secret: mail.resendWebhookSecret }),
    mail.sendgridWebhookKey === undefined
      ? undefined
      : createSendgridFeedback({ publicKey: mail.sendgridWebhookKey }),
    mail.sesTopicArn === undefined
      ? undefined
      : createSesFeedback({ fetch, timeoutMilliseconds }, { topicArn: mail.sesTopicArn }),
    mail.postmarkWebhookUsername === undefined || mail.postmarkWebhookPassword === undefined
      ? undefined
      : createPostmarkFeedback({
          username: mail.postmarkWebhookUsername,
          password: mail.postmarkWebhookPassword,
        }),
  ]
  return new Map(sources.flatMap((source) => (source ? [[source.provider, source]] : [])))
}

type Maker = (deps: MailDeps, mail: MailConfig) => Mailer

const makers: Readonly<Record<MailConfig['providers'][number], Maker>> = {
  mailchannels: (deps, mail) =>
    createMailchannelsMailer(httpOf(deps, mail, mail.mailchannelsUrl ?? BASE_URLS.mailchannels), {
      apiKey: needed('mailchannelsApiKey', mail),
      dryRun: mail.mailchannelsDryRun,
      ...dkimOf(mail),
    }),
  cloudflare: ({ email }, mail) => {
    if (!email) throw new ConfigError(['EMAIL: the binding is missing'])
    return createCloudflareMailer(email, { timeoutMilliseconds: mail.timeoutMs })
  },
  smtp: (deps, mail) =>
    createSmtpMailer(
      { clock: deps.clock, timeoutMilliseconds: mail.timeoutMs },
      {
        host: needed('smtpHost', mail),
        port: mail.smtpPort,
        security: mail.smtpSecurity,
        ...(mail.smtpUsername && { username: mail.smtpUsername }),
        ...(mail.smtpPassword && { password: mail.smtpPassword }),
        ...(mail.smtpClientName && { clientName: mail.smtpClientName }),
      },
    ),
  resend: (deps, mail) =>
    createResendMailer(httpOf(deps, mail, mail.resendUrl ?? BASE_URLS.resend), {
      apiKey: needed('resendApiKey', mail),
    }),
  sendgrid: (deps, mail) =>
    createSendgridMailer(httpOf(deps, mail, mail.sendgridUrl ?? BASE_URLS.sendgrid), {
      apiKey: needed('sendgridApiKey', mail),
    }),
  ses: (deps, mail) => {
    const region = needed('sesRegion', mail)
    return createSesMailer(httpOf(deps, mail, mail.sesUrl ?? sesUrl(region)), {
      region,
      accessKeyId: needed('sesAccessKeyId', mail),
      secretAccessKey: needed('sesSecretAccessKey', mail),
      ...(mail.sesSessionToken && { sessionToken: mail.sesSessionToken }),
      ...(mail.sesConfigurationSet && { configurationSet: mail.sesConfigurationSet }),
    })
  },
  postmark: (deps, mail) =>
    createPostmarkMailer(httpOf(deps, mail, mail.postmarkUrl ?? BASE_URLS.postmark), {
      serverToken: needed('postmarkServerToken', mail),
      messageStream: mail.postmarkMessageStream,
    }),
  memory: ({ keep }, mail) => createMemoryMailer(keep, { timeoutMilliseconds: mail.timeoutMs }),
}

function sesUrl(region: string): string {
  return `https://email.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
}

function httpOf({ fetch, clock }: MailDeps, mail: MailConfig, baseUrl: string): HttpDeps {
  return { fetch, clock, baseUrl, timeoutMilliseconds: mail.timeoutMs }
}

function dkimOf(mail: MailConfig) {
  const domain = mail.mailchannelsDkimDomain
  const selector = mail.mailchannelsDkimSelector
  const privateKey = mail.mailchannelsDkimPrivateKey
  return domain && selector && privateKey ? { dkim: { domain, selector, privateKey } } : {}
}

/** A key that the configuration has been checked for. */
function needed<
  Key extends {
    [K in keyof MailConfig]: MailConfig[K] extends string | undefined ? K : never
  }[keyof MailConfig] &
    string,
>(key: Key, mail: MailConfig): string {
  const value = mail[key]
  if (value === undefined) throw new ConfigError([`mail.${key}: is missing`])
  return value
}

import { AwsV4Signer } from 'aws4fetch'
import * as z from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import { toRfc3339 } from '../../kernel/clock.ts'
import type { MailAddress, Mailer } from '../../ports/mailer.ts'
import {
  type ApiAnswer,
  type ApiRequest,
  type HttpDeps,
  type Meaning,
  callApi,
  readJson,
  sendByApi,
} from './http.ts'
import { type CheckedMail, formatAddress, tagOf } from './message.ts'
import { encodedWords, isPlain } from './mime.ts'
import { createProviderMailer } from './provider.ts'

const SES = { name: 'ses' } as const

/** An account of Amazon SES in a region. */
export interface SesConfig {
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** The configuration set that publishes events, for feedback. */
  readonly configurationSet?: string
}

const sentSchema = z.object({ MessageId: z.string() })
const accountSchema = z.object({
  SendingEnabled: z.boolean().optional(),
  ProductionAccessEnabled: z.boolean().optional(),
})

/**
 * Amazon SES API v2, signed with AWS Signature Version 4
 * (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html). It knows no
 * idempotency key.
 */
export function createSesMailer(deps: HttpDeps, config: SesConfig): Mailer {
  const sign = createSigner(deps, config)
  return createProviderMailer({
    ...SES,
    timeoutMilliseconds: deps.timeoutMilliseconds,
    async deliver(mail, signal) {
      const body = JSON.stringify(bodyOf(mail, config))
      const request = await sign('/v2/email/outbound-emails', body)
      const answer = await sendByApi(deps, SES, { ...request, body }, signal, { codeOf, meaning })
      return readJson(sentSchema, answer.text)?.MessageId
    },
    async examine(_, signal) {
      const { status, text } = await callApi(deps, SES, await sign('/v2/email/account'), signal)
      const account = readJson(accountSchema, text)
      return [
        { name: 'ses: the key is accepted', passed: status === 200, detail: `status ${status}` },
        { name: 'ses: may send', passed: account?.SendingEnabled === true },
        { name: 'ses: is out of the sandbox', passed: account?.ProductionAccessEnabled === true },
      ]
    },
  })
}

function createSigner({ baseUrl, clock }: HttpDeps, config: SesConfig) {
  const { region, accessKeyId, secretAccessKey, sessionToken } = config
  return async (path: string, body?: string): Promise<ApiRequest> => {
    const signer = new AwsV4Signer({
      method: body === undefined ? 'GET' : 'POST',
      url: `${baseUrl}${path}`,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      ...(body !== undefined && { body }),
      accessKeyId,
      secretAccessKey,
      ...(sessionToken && { sessionToken }),
      region,
      service: 'ses',
      datetime: basicTime(clock),
    })
    const { headers } = await signer.sign()
    return { path, headers: Object.fromEntries(headers) }
  }
}

/** ISO 8601 in the basic format without fractions, as Signature Version 4 wants it. */
function basicTime(clock: Clock): string {
  return toRfc3339(clock.now()).replaceAll(/[-:]|\.\d+/g, '')
}

function codeOf({ headers, text }: ApiAnswer): string | undefined {
  const type =
    headers.get('x-amzn-errortype') ?? readJson(z.object({ __type: z.string() }), text)?.__type
  return type?.split(':')[0]?.split('#').at(-1)
}

/** 400 is also what a paused, unverified or throttled account gets. */
const meaning: Meaning = ({ status }, code) => {
  if (status >= 500 || status === 429) return undefined
  return code === 'BadRequestException' || code === 'MessageRejected' ? 'rejected' : 'unavailable'
}

function bodyOf(mail: CheckedMail, config: SesConfig) {
  const category = tagOf(mail.category)
  const part = (Data: string) => ({ Data, Charset: 'UTF-8' })
  return {
    FromEmailAddress: encodeAddress(mail.from),
    Destination: { ToAddresses: [encodeAddress(mail.to)] },
    ...(mail.replyTo && { ReplyToAddresses: [encodeAddress(mail.replyTo)] }),
    Content: {
      Simple: {
        Subject: part(mail.subject),
        Body: { Text: part(mail.text), Html: part(mail.html) },
        Headers: Object.entries(mail.headers).map(([Name, Value]) => ({ Name, Value })),
      },
    },
    EmailTags: [
      { Name: 'message_id', Value: tagOf(mail.id) },
      ...(category ? [{ Name: 'category', Value: category }] : []),
    ],
    ...(config.configurationSet && { ConfigurationSetName: config.configurationSet }),
  }
}

/**
 * SES takes names in ASCII only: others become encoded words (RFC 2047), and so does what looks like
 * one.
 */
function encodeAddress({ address, name }: MailAddress): string {
  return !name || isPlain(name)
    ? formatAddress({ address, ...(name && { name }) })
    : `${encodedWords(name).join(' ')} <${address}>`
}

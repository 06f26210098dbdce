import { X509Certificate, verify as verifySignature } from 'node:crypto'
import * as z from 'zod'
import { limits } from '../../kernel/limits.ts'
import { MailFeedbackError, type MailFeedbackSource } from '../../ports/mail-feedback.ts'
import { createLru } from '../cache/lru.ts'
import { readText } from '../fetcher/read-text.ts'
import { parseBody, textOf } from './events.ts'
import { sesEvents } from './ses-events.ts'
import { fromBase64, joined } from './signature.ts'

const SES = 'ses'

/** What the adapter needs to fetch certificates and to confirm a subscription. */
export interface SesFeedbackDeps {
  readonly fetch: typeof fetch
  readonly timeoutMilliseconds: number
}

/** Certificates kept in an isolate. */
const MAX_CERTIFICATES = 10

/** Hosts of Amazon SNS, those of China included. */
const SNS_HOST = /^sns\.[a-z0-9-]{3,30}\.amazonaws\.com(?:\.cn)?$/

const envelopeSchema = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string().max(200),
  TopicArn: z.string(),
  Subject: z.string().optional(),
  Message: z.string(),
  Timestamp: z.string(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string(),
  SigningCertURL: z.string(),
  SubscribeURL: z.string().optional(),
  Token: z.string().optional(),
})

type Envelope = z.infer<typeof envelopeSchema>

/**
 * Bounces, complaints and deliveries of Amazon SES through Amazon SNS, as identity notifications or
 * as events of a configuration set. Takes messages of one topic, signed with a certificate from
 * amazonaws.com (https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html),
 * and confirms the topic's subscription by itself.
 */
export function createSesFeedback(
  deps: SesFeedbackDeps,
  config: { readonly topicArn: string },
): MailFeedbackSource {
  const certificates = createLru<X509Certificate>(MAX_CERTIFICATES)
  const certificateOf = async (url: string) => {
    const kept = certificates.get(url)
    if (kept) return kept
    const certificate = await fetchCertificate(deps, url)
    certificates.set(url, certificate)
    return certificate
  }
  return {
    provider: SES,
    async verify({ body }, now) {
      const envelope = parseBody(SES, envelopeSchema, textOf(SES, body))
      if (envelope.TopicArn !== config.topicArn) throw forged('the topic is another one')
      const certificate = await certificateOf(amazonUrl(envelope.SigningCertURL))
      if (!isInForce(certificate, now)) throw forged('the certificate is not in force')
      if (!isSigned(envelope, certificate)) throw forged('the signature is wrong')
      if (envelope.Type === 'Notification') return sesEvents(envelope.Message, envelope.MessageId)
      if (envelope.Type === 'SubscriptionConfirmation') await confirm(deps, envelope)
      return []
    },
  }
}

const forged = (reason: string) => new MailFeedbackError(SES, reason)

function amazonUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isAmazon = url?.protocol === 'https:' && SNS_HOST.test(url.hostname) && url.port === ''
  if (!url || !isAmazon || url.username || url.password) throw forged('the URL is not Amazon’s')
  return url.href
}

async function fetchCertificate(
  { fetch, timeoutMilliseconds }: SesFeedbackDeps,
  url: string,
): Promise<X509Certificate> {
  if (!new URL(url).pathname.endsWith('.pem')) throw forged('the URL is not a certificate’s')
  try {
    const signal = AbortSignal.timeout(timeoutMilliseconds)
    const answer = await fetch(url, { redirect: 'manual', signal })
    if (!answer.ok) throw new Error(`status ${answer.status}`)
    return new X509Certificate(await readText(answer, limits.mail.answer))
  } catch {
    throw forged('the certificate cannot be had')
  }
}

function isInForce({ validFrom, validTo }: X509Certificate, now: number): boolean {
  return Date.parse(validFrom) <= now && now <= Date.parse(validTo)
}

/** The fields that are signed, in Amazon's order: each name and value on a line of its own. */
function isSigned(envelope: Envelope, { publicKey }: X509Certificate): boolean {
  const names =
    envelope.Type === 'Notification'
      ? (['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const)
      : ([
          'Message',
          'MessageId',
          'SubscribeURL',
          'Timestamp',
          'Token',
          'TopicArn',
          'Type',
        ] as const)
  const lines = names.flatMap((name) => {
    const value = envelope[name]
    return value === undefined ? [] : [`${name}\n${value}\n`]
  })
  const signature = fromBase64(envelope.Signature)
  const hash = envelope.SignatureVersion === '2' ? 'RSA-SHA256' : 'RSA-SHA1'
  return (
    signature !== undefined &&
    publicKey.asymmetricKeyType === 'rsa' &&
    verifySignature(hash, joined(...lines), publicKey, signature)
  )
}

/** Asks for what Amazon sends to prove that the topic's messages are wanted. */
async function confirm(
  { fetch, timeoutMilliseconds }: SesFeedbackDeps,
  envelope: Envelope,
): Promise<void> {
  const url = amazonUrl(envelope.SubscribeURL ?? '')
  const signal = AbortSignal.timeout(timeoutMilliseconds)
  const answer = await fetch(url, { redirect: 'manual', signal }).catch(() => undefined)
  await answer?.body?.cancel()
  if (!answer?.ok) throw new MailFeedbackError(SES, 'the subscription is not confirmed', false)
}

import * as z from 'zod'
import type { Mailer } from '../../ports/mailer.ts'
import { type HttpDeps, type Meaning, checkKey, readJson, sendByApi } from './http.ts'
import { type CheckedMail, formatAddress, tagOf } from './message.ts'
import { createProviderMailer, failureOf } from './provider.ts'

const POSTMARK = { name: 'postmark' } as const

/** A server of Postmark. */
export interface PostmarkConfig {
  readonly serverToken: string
  /** The transactional stream; Postmark's own is `outbound`. */
  readonly messageStream: string
}

/**
 * Codes of https://postmarkapp.com/developer/api/overview#error-codes that speak of the account:
 * unknown or unconfirmed sender, no credits, account under review, no such stream.
 */
const NOT_THE_MAIL = ['400', '401', '402', '403', '405', '412', '413', '1226', '1227']

const answerSchema = z.object({ ErrorCode: z.number(), MessageID: z.string().optional() })

/** Postmark (https://postmarkapp.com/developer/api/email-api). It knows no idempotency key. */
export function createPostmarkMailer(deps: HttpDeps, config: PostmarkConfig): Mailer {
  const headers = { 'x-postmark-server-token': config.serverToken }
  return createProviderMailer({
    ...POSTMARK,
    timeoutMilliseconds: deps.timeoutMilliseconds,
    async deliver(mail, signal) {
      const request = {
        path: '/email',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(bodyOf(mail, config.messageStream)),
      }
      const answer = await sendByApi(deps, POSTMARK, request, signal, {
        codeOf: ({ text }) => readJson(answerSchema, text)?.ErrorCode,
        meaning,
      })
      const sent = readJson(answerSchema, answer.text)
      if (sent && sent.ErrorCode !== 0) {
        throw failureOf(POSTMARK, { kind: 'rejected', reason: `code ${sent.ErrorCode}` })
      }
      return sent?.MessageID
    },
    examine: async (_, signal) => [
      await checkKey(deps, POSTMARK, { path: '/server', headers }, signal),
    ],
  })
}

const meaning: Meaning = ({ status }, code) =>
  status === 422 && code !== undefined && NOT_THE_MAIL.includes(code) ? 'unavailable' : undefined

function bodyOf(mail: CheckedMail, messageStream: string) {
  const tag = tagOf(mail.category)
  return {
    From: formatAddress(mail.from),
    To: formatAddress(mail.to),
    ...(mail.replyTo && { ReplyTo: formatAddress(mail.replyTo) }),
    Subject: mail.subject,
    HtmlBody: mail.html,
    TextBody: mail.text,
    Headers: Object.entries(mail.headers).map(([Name, Value]) => ({ Name, Value })),
    MessageStream: messageStream,
    Metadata: { message_id: mail.id },
    ...(tag && { Tag: tag }),
    // Links in mails of identity must not be rewritten.
    TrackOpens: false,
    TrackLinks: 'None',
  }
}

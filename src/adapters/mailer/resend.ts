import * as z from 'zod'
import { sha256 } from '../../kernel/digest.ts'
import type { Mailer } from '../../ports/mailer.ts'
import { type HttpDeps, type Meaning, readJson, sendByApi } from './http.ts'
import { type CheckedMail, formatAddress, tagOf } from './message.ts'
import { createProviderMailer } from './provider.ts'

const RESEND = { name: 'resend', repeatable: true } as const

const errorSchema = z.object({ name: z.string() })
const sentSchema = z.object({ id: z.string() })

/**
 * Resend (https://resend.com/docs/api-reference/emails/send-email). The dedupe key goes along as
 * `Idempotency-Key`, by which Resend sends a mail once within 24 hours.
 */
export function createResendMailer(deps: HttpDeps, config: { readonly apiKey: string }): Mailer {
  return createProviderMailer({
    ...RESEND,
    timeoutMilliseconds: deps.timeoutMilliseconds,
    async deliver(mail, signal) {
      const request = {
        path: '/emails',
        headers: {
          authorization: `Bearer ${config.apiKey}`,
          'content-type': 'application/json',
          'idempotency-key': await idempotencyKey(mail),
        },
        body: JSON.stringify(bodyOf(mail)),
      }
      const answer = await sendByApi(deps, RESEND, request, signal, {
        codeOf: ({ text }) => readJson(errorSchema, text)?.name,
        meaning,
      })
      return readJson(sentSchema, answer.text)?.id
    },
  })
}

/** The first request with the key is still under way: it may or may not end well. */
const meaning: Meaning = (_, code) =>
  code === 'concurrent_idempotent_requests' ? 'unknown' : undefined

/** Short and in ASCII whatever the dedupe key is, and never that of another tenant. */
const idempotencyKey = (mail: CheckedMail) => sha256(`${mail.tenantId}/${mail.dedupeKey}`)

function bodyOf(mail: CheckedMail) {
  const category = tagOf(mail.category)
  return {
    from: formatAddress(mail.from),
    to: [formatAddress(mail.to)],
    ...(mail.replyTo && { reply_to: formatAddress(mail.replyTo) }),
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    headers: mail.headers,
    tags: [
      { name: 'message_id', value: tagOf(mail.id) },
      ...(category ? [{ name: 'category', value: category }] : []),
    ],
  }
}

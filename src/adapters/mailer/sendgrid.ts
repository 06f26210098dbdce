import type { MailAddress, Mailer } from '../../ports/mailer.ts'
import { type HttpDeps, checkKey, sendByApi } from './http.ts'
import { type CheckedMail, tagOf } from './message.ts'
import { createProviderMailer } from './provider.ts'

const SENDGRID = { name: 'sendgrid' } as const

/**
 * Twilio SendGrid's Mail Send v3
 * (https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send). It knows no idempotency
 * key.
 */
export function createSendgridMailer(deps: HttpDeps, config: { readonly apiKey: string }): Mailer {
  const authorization = `Bearer ${config.apiKey}`
  return createProviderMailer({
    ...SENDGRID,
    timeoutMilliseconds: deps.timeoutMilliseconds,
    async deliver(mail, signal) {
      const request = {
        path: '/v3/mail/send',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(bodyOf(mail)),
      }
      // Its errors carry messages and no codes, and messages may quote the mail.
      const answer = await sendByApi(deps, SENDGRID, request, signal, { codeOf: () => undefined })
      return answer.headers.get('x-message-id') ?? undefined
    },
    examine: async (_, signal) => [
      await checkKey(deps, SENDGRID, { path: '/v3/scopes', headers: { authorization } }, signal),
    ],
  })
}

function bodyOf(mail: CheckedMail) {
  const category = tagOf(mail.category)
  return {
    personalizations: [{ to: [party(mail.to)], custom_args: { message_id: mail.id } }],
    from: party(mail.from),
    ...(mail.replyTo && { reply_to: party(mail.replyTo) }),
    subject: mail.subject,
    // The plain part comes first (RFC 2046 5.1.4), or SendGrid refuses the mail.
    content: [
      { type: 'text/plain', value: mail.text },
      { type: 'text/html', value: mail.html },
    ],
    headers: mail.headers,
    ...(category && { categories: [category] }),
    // Links in mails of identity must not be rewritten.
    tracking_settings: {
      click_tracking: { enable: false, enable_text: false },
      open_tracking: { enable: false },
    },
  }
}

function party({ address, name }: MailAddress) {
  return { email: address, ...(name && { name }) }
}

import type { MailAddress, MailFailureKind, Mailer } from '../../ports/mailer.ts'
import type { CheckedMail } from './message.ts'
import { createProviderMailer, failureOf, raced } from './provider.ts'

const CLOUDFLARE = { name: 'cloudflare' } as const

/** The `send_email` binding, as far as it is used. */
export type EmailBinding = Pick<SendEmail, 'send'>

/**
 * Codes of https://developers.cloudflare.com/email-service/api/send-emails/workers-api/#error-codes.
 * A code that is not here came without an answer about the mail.
 */
const KINDS: Readonly<Record<string, MailFailureKind>> = {
  E_VALIDATION_ERROR: 'rejected',
  E_FIELD_MISSING: 'rejected',
  E_TOO_MANY_RECIPIENTS: 'rejected',
  E_RECIPIENT_NOT_ALLOWED: 'unavailable',
  E_RECIPIENT_SUPPRESSED: 'rejected',
  E_SENDER_NOT_VERIFIED: 'unavailable',
  E_SENDER_DOMAIN_NOT_AVAILABLE: 'unavailable',
  E_CONTENT_TOO_LARGE: 'rejected',
  E_DELIVERY_FAILED: 'rejected',
  E_RATE_LIMIT_EXCEEDED: 'unavailable',
  E_DAILY_LIMIT_EXCEEDED: 'unavailable',
  E_INTERNAL_SERVER_ERROR: 'unavailable',
  E_HEADER_NOT_ALLOWED: 'rejected',
  E_HEADER_USE_API_FIELD: 'rejected',
  E_HEADER_VALUE_INVALID: 'rejected',
  E_HEADER_VALUE_TOO_LONG: 'rejected',
  E_HEADER_NAME_INVALID: 'rejected',
  E_HEADERS_TOO_LARGE: 'rejected',
  E_HEADERS_TOO_MANY: 'rejected',
}

/** Cloudflare Email Service through its binding. The binding cannot be aborted, only left alone. */
export function createCloudflareMailer(
  binding: EmailBinding,
  options: { readonly timeoutMilliseconds: number },
): Mailer {
  return createProviderMailer({
    ...CLOUDFLARE,
    timeoutMilliseconds: options.timeoutMilliseconds,
    async deliver(mail, signal) {
      try {
        const { messageId } = await raced(binding.send(messageOf(mail)), signal)
        return messageId
      } catch (error) {
        const code = codeOf(error)
        const kind = code === undefined ? undefined : KINDS[code]
        if (!kind) throw error
        throw failureOf(CLOUDFLARE, { kind, reason: String(code) })
      }
    },
  })
}

function messageOf(mail: CheckedMail) {
  return {
    from: party(mail.from),
    to: party(mail.to),
    ...(mail.replyTo && { replyTo: party(mail.replyTo) }),
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    headers: { ...mail.headers },
  }
}

function party({ address, name }: MailAddress) {
  return name ? { email: address, name } : address
}

function codeOf(error: unknown): string | undefined {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error
  return hasCode && typeof error.code === 'string' ? error.code : undefined
}

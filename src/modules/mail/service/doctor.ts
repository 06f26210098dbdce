import type { RequestContext } from '../../../kernel/context.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { requirePermission } from '../../../kernel/permissions.ts'
import type { Deps } from '../../../ports/deps.ts'
import type { MailCheck } from '../../../ports/mailer.ts'

/** A DNS record that mails of a domain should have, and why. */
export interface DnsAdvice {
  readonly name: string
  readonly type: 'TXT'
  readonly value: string
  readonly why: string
}

/** What an operator should know of the mail set-up. */
export interface Diagnosis {
  readonly sender: string
  /** In the order in which they are asked. */
  readonly providers: readonly string[]
  readonly checks: readonly MailCheck[]
  readonly advice: readonly DnsAdvice[]
  /** Providers whose webhooks are taken. */
  readonly feedback: readonly string[]
}

/**
 * Asks the providers for what they know of credentials and DNS, and tells which records the sender's
 * domain should have. For operators of the control tenant; sends nothing. Throws `not_found`.
 */
export async function examineMail(
  deps: Pick<Deps, 'db' | 'mailer' | 'mailFeedback' | 'settings'>,
  ctx: RequestContext,
): Promise<Diagnosis> {
  requirePermission(ctx, 'mail:manage')
  await deps.db.confirm()
  if (!ctx.tenant.isControl) throw new AppError(errors.notFound)
  const { address } = deps.settings.mail.from
  const domain = address.slice(address.lastIndexOf('@') + 1)
  const providers = deps.mailer.name.split(', ')
  return {
    sender: address,
    providers,
    checks: [senderCheck(domain), ...((await deps.mailer.doctor?.(domain)) ?? [])],
    advice: adviceFor(domain, providers),
    feedback: [...deps.mailFeedback.keys()],
  }
}

function senderCheck(domain: string): MailCheck {
  const passed = domain.includes('.') && !/\.(localhost|local|example|invalid|test)$/.test(domain)
  return {
    name: 'the sender has a domain of its own',
    passed,
    ...(passed ? {} : { detail: `MAIL_FROM is of ${domain}, which nobody can answer for` }),
  }
}

/** The part of SPF that names a provider's servers, as it documents it. */
const SPF: Readonly<Record<string, string>> = {
  mailchannels: 'include:relay.mailchannels.net',
  sendgrid: 'include:sendgrid.net',
  ses: 'include:amazonses.com',
  resend: 'include:amazonses.com',
  postmark: 'include:spf.mtasv.net',
}

function adviceFor(domain: string, providers: readonly string[]): DnsAdvice[] {
  const includes = [...new Set(providers.flatMap((provider) => SPF[provider] ?? []))]
  return [
    {
      name: domain,
      type: 'TXT',
      value: ['v=spf1', ...includes, '-all'].join(' '),
      why: 'SPF (RFC 7208): which servers send for the domain. One such record; join it with yours.',
    },
    {
      name: `<selector>._domainkey.${domain}`,
      type: 'TXT',
      value: 'v=DKIM1; k=rsa; p=<the public key that the provider shows>',
      why: 'DKIM (RFC 6376): the signature of the domain, which outlives forwarding.',
    },
    {
      name: `_dmarc.${domain}`,
      type: 'TXT',
      value: `v=DMARC1; p=quarantine; rua=mailto:dmarc@${domain}`,
      why: 'DMARC (RFC 7489): what becomes of mails with neither. Large mailboxes ask for it.',
    },
    ...(providers.includes('mailchannels')
      ? [
          {
            name: `_mailchannels.${domain}`,
            type: 'TXT' as const,
            value: 'v=mc1; auid=<your MailChannels account id>',
            why: 'Domain Lockdown: no other account of MailChannels may send for the domain.',
          },
        ]
      : []),
  ]
}

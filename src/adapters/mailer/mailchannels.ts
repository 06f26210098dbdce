import * as z from 'zod'
import type { MailAddress, MailCheck, Mailer } from '../../ports/mailer.ts'
import { type HttpDeps, callApi, readJson, sendByApi } from './http.ts'
import { type CheckedMail, tagOf } from './message.ts'
import { createProviderMailer, failureOf } from './provider.ts'

const MAILCHANNELS = { name: 'mailchannels' } as const

/** An account of MailChannels. */
export interface MailchannelsConfig {
  readonly apiKey: string
  /** Signs mails with our own key; without it MailChannels signs with a key that it keeps. */
  readonly dkim?: {
    readonly domain: string
    readonly selector: string
    /** PKCS #1 or #8 in base64, without PEM lines. */
    readonly privateKey: string
  }
  /** Renders mails and sends none. */
  readonly dryRun: boolean
}

const sentSchema = z.object({
  request_id: z.string().optional(),
  results: z
    .array(z.object({ message_id: z.string().optional(), status: z.string().optional() }))
    .optional(),
})

/**
 * MailChannels Email API (https://docs.mailchannels.net/email-api). It knows no idempotency key, and
 * its answers carry messages without codes.
 */
export function createMailchannelsMailer(deps: HttpDeps, config: MailchannelsConfig): Mailer {
  const headers = { 'x-api-key': config.apiKey, 'content-type': 'application/json' }
  return createProviderMailer({
    ...MAILCHANNELS,
    timeoutMilliseconds: deps.timeoutMilliseconds,
    async deliver(mail, signal) {
      const request = {
        path: `/tx/v1/send${config.dryRun ? '?dry-run=true' : ''}`,
        headers,
        body: JSON.stringify(bodyOf(mail, config)),
      }
      const answer = await sendByApi(deps, MAILCHANNELS, request, signal, {
        codeOf: () => undefined,
      })
      const sent = readJson(sentSchema, answer.text)
      if (sent?.results?.some(({ status }) => status === 'failed')) {
        throw failureOf(MAILCHANNELS, { kind: 'rejected', reason: 'the result is failed' })
      }
      return sent?.results?.[0]?.message_id ?? sent?.request_id
    },
    async examine(domain, signal) {
      const body = JSON.stringify({
        domain,
        ...(config.dkim && { dkim_settings: [dkimFields(config.dkim)] }),
      })
      const request = { path: '/tx/v1/check-domain', headers, body }
      const { status, text } = await callApi(deps, MAILCHANNELS, request, signal)
      return status === 200
        ? checksOf(text)
        : [
            {
              name: 'mailchannels: the key is accepted',
              passed: false,
              detail: `status ${status}`,
            },
          ]
    },
  })
}

function bodyOf(mail: CheckedMail, { dkim }: MailchannelsConfig) {
  const campaign = tagOf(mail.category)
  return {
    personalizations: [{ to: [party(mail.to)] }],
    from: party(mail.from),
    ...(mail.replyTo && { reply_to: party(mail.replyTo) }),
    subject: mail.subject,
    content: [
      { type: 'text/plain', value: mail.text },
      { type: 'text/html', value: mail.html },
    ],
    headers: mail.headers,
    ...(campaign && { campaign_id: campaign }),
    ...(dkim && dkimFields(dkim)),
  }
}

function dkimFields({ domain, selector, privateKey }: NonNullable<MailchannelsConfig['dkim']>) {
  return { dkim_domain: domain, dkim_selector: selector, dkim_private_key: privateKey }
}

function party({ address, name }: MailAddress) {
  return { email: address, ...(name && { name }) }
}

const verdictSchema = z.object({ verdict: z.string(), reason: z.string().optional() })

const checkedSchema = z.object({
  check_results: z.object({
    spf: verdictSchema.optional(),
    dkim: z.array(verdictSchema).optional(),
    domain_lockdown: verdictSchema.optional(),
    sender_domain: z.object({ verdict: z.string() }).optional(),
  }),
})

/** What `/check-domain` says of SPF, DKIM, Domain Lockdown and the sender's MX or A record. */
function checksOf(text: string): readonly MailCheck[] {
  const results = readJson(checkedSchema, text)?.check_results
  if (!results) return [{ name: 'mailchannels: checks the domain', passed: false }]
  const verdicts = [
    ['SPF', results.spf],
    ...(results.dkim ?? []).map((verdict) => ['DKIM', verdict] as const),
    ['Domain Lockdown', results.domain_lockdown],
    ['the sender’s domain', results.sender_domain],
  ] as const
  return verdicts.flatMap(([name, verdict]) =>
    verdict
      ? [
          {
            name: `mailchannels: ${name}`,
            passed: verdict.verdict === 'passed',
            detail: ('reason' in verdict && verdict.reason) || verdict.verdict,
          },
        ]
      : [],
  )
}

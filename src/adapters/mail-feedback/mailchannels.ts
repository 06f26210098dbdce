import * as z from 'zod'
import { sha256 } from '../../kernel/digest.ts'
import { limits } from '../../kernel/limits.ts'
import {
  type MailFeedback,
  MailFeedbackError,
  type MailFeedbackKind,
  type MailFeedbackSource,
} from '../../ports/mail-feedback.ts'
import { createLru } from '../cache/lru.ts'
import { readText } from '../fetcher/read-text.ts'
import { listOf, parseBody, textOf, toFeedback } from './events.ts'
import { checkTime, fromBase64, fromPem, headerOf, joined } from './signature.ts'

const MAILCHANNELS = 'mailchannels'

/** What the adapter needs to ask for MailChannels' public keys. */
export interface MailchannelsFeedbackDeps {
  readonly fetch: typeof fetch
  readonly baseUrl: string
  readonly timeoutMilliseconds: number
}

/** Keys kept in an isolate, and for how long: one that MailChannels takes back is forgotten. */
const MAX_KEYS = 10
const KEY_MILLISECONDS = 3_600_000

/** An Ed25519 key as SubjectPublicKeyInfo (RFC 8410) without and with this start. */
const RAW_KEY_BYTES = 32
const SPKI_START = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]

const eventsSchema = listOf(
  z.looseObject({
    event: z.string(),
    timestamp: z.number(),
    recipients: listOf(z.string()).optional(),
    smtp_id: z.string().optional(),
    request_id: z.string().optional(),
    reason: z.string().optional(),
    status: z.string().optional(),
  }),
)

type Event = z.infer<typeof eventsSchema>[number]

const KINDS: Readonly<Record<string, MailFeedbackKind>> = {
  'hard-bounced': 'bounce',
  'soft-bounced': 'bounce',
  dropped: 'bounce',
  complained: 'complaint',
  delivered: 'delivered',
  unsubscribed: 'unsubscribed',
}

/**
 * MailChannels' webhooks (https://docs.mailchannels.net/email-api): HTTP Message Signatures (RFC
 * 9421) with Ed25519 over `Content-Digest` (RFC 9530). The key is asked for by its id and kept for
 * an hour.
 */
export function createMailchannelsFeedback(deps: MailchannelsFeedbackDeps): MailFeedbackSource {
  const keys = createLru<{ readonly key: CryptoKey; readonly until: number }>(MAX_KEYS)
  const keyOf = async (id: string, now: number): Promise<CryptoKey> => {
    const kept = keys.get(id)
    if (kept && kept.until > now) return kept.key
    const key = await fetchKey(deps, id)
    keys.set(id, { key, until: now + KEY_MILLISECONDS })
    return key
  }
  return {
    provider: MAILCHANNELS,
    async verify({ headers, body }, now) {
      const digest = headerOf(MAILCHANNELS, headers, 'content-digest')
      const input = inputOf(headerOf(MAILCHANNELS, headers, 'signature-input'))
      const signature =
        input && signatureOf(headerOf(MAILCHANNELS, headers, 'signature'), input.label)
      if (!input || !signature) throw forged('the signature cannot be read')
      checkTime(MAILCHANNELS, input.created, now)
      if (input.expires * 1_000 <= now) throw forged('the signature has expired')
      if (!(await isDigest(digest, body))) throw forged('the digest is not the body’s')
      const key = await keyOf(input.keyId, now)
      const base = joined(`"content-digest": ${digest}\n"@signature-params": ${input.params}`)
      if (!(await crypto.subtle.verify('Ed25519', key, signature, base))) {
        throw forged('the signature is wrong')
      }
      const events = parseBody(MAILCHANNELS, eventsSchema, textOf(MAILCHANNELS, body))
      return (await Promise.all(events.map(feedbackOf))).flat()
    },
  }
}

const forged = (reason: string) => new MailFeedbackError(MAILCHANNELS, reason)

const INPUT =
  /^([a-z*][a-z0-9_.*-]*)=(\("content-digest"\)((?:;[a-z]+=(?:\d+|"[\x20\x21\x23-\x5b\x5d-\x7e]*"))*))$/

/** The one signature that is taken: over `content-digest` alone, with time, key and algorithm. */
function inputOf(header: string) {
  const [, label, params, list = ''] = INPUT.exec(header.trim()) ?? []
  const entries = [...list.matchAll(/;([a-z]+)=(?:(\d+)|"([^"]*)")/g)]
  const values = new Map(entries.map(([, name, number, text]) => [name, number ?? text]))
  const created = Number(values.get('created'))
  const expires = Number(values.get('expires') ?? Infinity)
  const keyId = values.get('keyid')
  const isKeyId = keyId !== undefined && /^[\w.:-]{1,100}$/.test(keyId)
  if (!label || !params || !isKeyId || values.size !== entries.length) return undefined
  if (values.get('alg')?.toLowerCase() !== 'ed25519') return undefined
  return { label, params, created, expires, keyId }
}

function signatureOf(header: string, label: string): Uint8Array<ArrayBuffer> | undefined {
  const start = `${label}=:`
  const entry = header
    .split(',')
    .map((part) => part.trim())
    .find((part) => part.startsWith(start) && part.endsWith(':'))
  return entry === undefined ? undefined : fromBase64(entry.slice(start.length, -1))
}

/** Whether a `Content-Digest` of SHA-256 or SHA-512 is that of the body. */
async function isDigest(header: string, body: Uint8Array): Promise<boolean> {
  const [, bits, value = ''] = /^sha-(256|512)=:([A-Za-z0-9+/=]+):$/.exec(header.trim()) ?? []
  const given = fromBase64(value)
  if (!bits || !given) return false
  const actual = new Uint8Array(await crypto.subtle.digest(`SHA-${bits}`, joined(body)))
  return given.length === actual.length && crypto.subtle.timingSafeEqual(given, actual)
}

const keySchema = z.object({ key: z.string().max(1_000) })

async function fetchKey(
  { fetch, baseUrl, timeoutMilliseconds }: MailchannelsFeedbackDeps,
  id: string,
): Promise<CryptoKey> {
  try {
    const url = `${baseUrl}/tx/v1/webhook/public-key?id=${encodeURIComponent(id)}`
    const signal = AbortSignal.timeout(timeoutMilliseconds)
    const answer = await fetch(url, { redirect: 'manual', signal })
    if (!answer.ok) throw new Error(`status ${answer.status}`)
    const bytes = fromPem(
      keySchema.parse(JSON.parse(await readText(answer, limits.mail.answer))).key,
    )
    const spki = bytes.length === RAW_KEY_BYTES ? joined(Uint8Array.from(SPKI_START), bytes) : bytes
    return await crypto.subtle.importKey('spki', spki, 'Ed25519', false, ['verify'])
  } catch {
    throw forged('the key cannot be had')
  }
}

/** Events have no id: one is made of what tells them apart, so that a batch sent again is known. */
async function feedbackOf(event: Event): Promise<MailFeedback[]> {
  const kind = KINDS[event.event]
  if (!kind) return []
  const { smtp_id: smtpId, request_id: requestId, timestamp, recipients = [] } = event
  return Promise.all(
    recipients.map(async (address) =>
      toFeedback({
        kind,
        provider: MAILCHANNELS,
        eventId: await sha256(
          JSON.stringify([event.event, smtpId, requestId, timestamp, address.toLowerCase()]),
        ),
        address,
        at: timestamp * 1_000,
        permanent:
          event.event === 'hard-bounced' || kind === 'complaint' || kind === 'unsubscribed',
        reason: event.reason ?? event.status,
        providerMessageId: smtpId,
      }),
    ),
  )
}

import { inject } from 'vitest'
import * as z from 'zod'
import { randomBytes, systemClock } from '../../src/adapters/clock/system.ts'
import type { HttpDeps } from '../../src/adapters/mailer/http.ts'
import { createIds } from '../../src/kernel/ids.ts'
import type { OutgoingMail } from '../../src/ports/mailer.ts'

interface MailServers {
  readonly sinkUrl: string
  readonly smtp: Readonly<Record<'starttls' | 'tls' | 'plain' | 'untrusted' | 'silent', number>>
  readonly signer: { readonly key: string; readonly cert: string }
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly mailServers: MailServers
  }
}

/** The SMTP servers and the HTTP sink of this run. */
export const mailServers = inject('mailServers')

export const SMTP_USER = { username: 'submitter', password: 'correct horse' } as const

const ids = createIds(systemClock, randomBytes)

/** Content that no error may show. */
export const CANARY = 'canary-of-the-content'

/** A mail to a recipient of its own. */
export function aMail(change: Partial<OutgoingMail> = {}): OutgoingMail {
  const id = ids.next()
  return {
    id,
    tenantId: 'tenant',
    from: { address: 'shop@sender.example', name: 'Käthes Café' },
    replyTo: { address: 'help@sender.example', name: 'Help, "24/7"' },
    to: { address: `zoe-${id}@recipient.example`, name: 'Zoë 北京' },
    subject: `Größe geändert 🎉 ${CANARY}`,
    html: `<p>Grüße &amp; <b>${CANARY}</b></p>`,
    text: `Grüße ${CANARY}\n.\n.Ende`,
    category: 'auth/password-reset',
    dedupeKey: `reset:${id}`,
    ...change,
  }
}

/** What the sink shall do with a call. */
export interface SinkScript {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** How often the body is said. */
  readonly times?: number
  readonly fault?: 'hang' | 'cut'
}

const requestsSchema = z.array(
  z.object({
    method: z.string(),
    path: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
  }),
)

/** A provider that answers as told, on the loopback. */
export function aSink(script: SinkScript = {}) {
  const key = ids.next()
  const body = script.body === undefined ? '' : script.body
  const text = JSON.stringify({
    ...script,
    key,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const coded = btoa(String.fromCharCode(...new TextEncoder().encode(text)))
  const script64 = coded.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  const deps: HttpDeps = {
    fetch,
    clock: systemClock,
    baseUrl: `${mailServers.sinkUrl}/sink/${script64}`,
    timeoutMilliseconds: 10_000,
  }
  return {
    deps,
    async requests() {
      const answer = await fetch(`${mailServers.sinkUrl}/requests/${key}`)
      return requestsSchema.parse(await answer.json())
    },
    /** The one request that has come. */
    async request() {
      const [request, ...more] = await this.requests()
      if (!request || more.length > 0) throw new Error('not exactly one request has come')
      return request
    },
  }
}

const partySchema = z.object({ name: z.string(), address: z.string() })

const takenSchema = z.array(
  z.object({
    server: z.string(),
    secure: z.boolean(),
    user: z.string().optional(),
    clientName: z.string(),
    envelope: z.object({ from: z.string(), to: z.array(z.string()) }),
    raw: z.string(),
    parsed: z.object({
      subject: z.string(),
      text: z.string(),
      html: z.string(),
      messageId: z.string(),
      date: z.string(),
      from: z.array(partySchema),
      to: z.array(partySchema),
      replyTo: z.array(partySchema),
      headers: z.record(z.string(), z.string()),
    }),
  }),
)

/** The mails that the SMTP servers have taken for an address. */
export async function takenFor(address: string) {
  const answer = await fetch(`${mailServers.sinkUrl}/mails/${encodeURIComponent(address)}`)
  return takenSchema.parse(await answer.json())
}

/** What a call throws; fails when it does not. */
export async function thrownBy(call: Promise<unknown>): Promise<unknown> {
  const nothing = Symbol('nothing')
  const thrown = await call.then(
    () => nothing,
    (error: unknown) => error,
  )
  if (thrown === nothing) throw new Error('nothing was thrown')
  return thrown
}

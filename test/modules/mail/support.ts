import { onTestFinished, vi } from 'vitest'
import { type World, createWorld } from '../../support/world.ts'

/** What Postmark sends as the password of its webhook. */
export const WEBHOOK_PASSWORD = 'a password that is long'

/** A mail as a provider was asked to send it. */
export interface AskedMail {
  readonly provider: 'postmark' | 'resend'
  readonly to: string
  readonly from: string
  readonly replyTo: string | undefined
  readonly subject: string
  readonly html: string
  readonly text: string
  readonly idempotencyKey: string | null
  /** Our id of the message. */
  readonly id: string
}

/** How a provider answers. */
export type Answer = (mail: AskedMail) => Promise<Response> | Response

/** The providers of a test: what they were asked, and how they answer. */
export interface Providers {
  readonly asked: AskedMail[]
  postmark: Answer
  resend: Answer
}

export const refused = () => Response.json({}, { status: 503 })
export const taken = (mail: AskedMail) =>
  Response.json(
    mail.provider === 'postmark'
      ? { ErrorCode: 0, MessageID: `p-${mail.id}` }
      : { id: `r-${mail.id}` },
  )

/** The connection is lost once the mail has gone out. */
export const lost = () => Promise.reject(new Error('connection lost'))

/** Stands where the providers' APIs are, in place of the network. */
export function fakeProviders(): Providers {
  const providers: Providers = { asked: [], postmark: taken, resend: taken }
  const spy = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init)
    const provider = request.url.includes('postmark') ? 'postmark' : 'resend'
    const mail = readMail(provider, await request.json<Record<string, unknown>>(), request.headers)
    providers.asked.push(mail)
    return providers[provider](mail)
  })
  onTestFinished(() => spy.mockRestore())
  return providers
}

/** The configuration of every provider of these tests. */
export function mailSettings(rest: Record<string, unknown>): Record<string, unknown> {
  return {
    MAIL_FROM: 'hello@platform.example',
    MAIL_TIMEOUT_MS: '1000',
    MAIL_POSTMARK_SERVER_TOKEN: 'a-server-token',
    MAIL_RESEND_API_KEY: 're_an_api_key',
    MAIL_POSTMARK_WEBHOOK_USERNAME: 'postmark',
    MAIL_POSTMARK_WEBHOOK_PASSWORD: WEBHOOK_PASSWORD,
    ...rest,
  }
}

/** A world that sends by the providers named. */
export async function mailWorld(
  providers: string,
  options: Parameters<typeof createWorld>[0] = {},
): Promise<World> {
  return createWorld({
    ...options,
    env: mailSettings({ MAIL_PROVIDERS: providers, ...options.env }),
  })
}

/** A mail as the database has it. */
export interface MailRow {
  readonly id: string
  readonly state: string
  readonly attempts: number
  readonly props: string | null
  readonly provider: string | null
  readonly error: string | null
  readonly locale: string
  readonly feedback: string | null
}

export function mailsTo(world: World, recipient: string): Promise<MailRow[]> {
  return world.rows<MailRow>(
    'SELECT * FROM mail_messages WHERE tenant_id = ? AND recipient = ? ORDER BY id',
    world.tenantId,
    recipient,
  )
}

/** The one mail to a recipient. */
export async function mailTo(world: World, recipient: string): Promise<MailRow> {
  const [mail, ...others] = await mailsTo(world, recipient)
  if (!mail || others.length > 0) throw new Error(`there is not one mail to ${recipient}`)
  return mail
}

/** Has an administrator make a user, which queues one mail, and gives the address. */
export async function makeUser(world: World, name = 'Ada Lovelace'): Promise<string> {
  const email = `${world.isolate.shared.ids.next()}@people.example`
  const admin = await world.as('admin')
  const body = { email, name, password: 'three blind mice run', roles: ['customer'] }
  await admin.json('POST', '/api/v1/auth/users', { body })
  return email
}

/** Sends the mails to the users that a world itself has made. */
export async function settle(world: World, providers: Providers): Promise<void> {
  await world.as('admin')
  await world.drain()
  providers.asked.length = 0
}

function readMail(
  provider: AskedMail['provider'],
  body: Record<string, unknown>,
  headers: Headers,
): AskedMail {
  const text = (name: string) => (typeof body[name] === 'string' ? body[name] : '')
  if (provider === 'postmark') {
    const { message_id: id } = body['Metadata'] as { message_id: string } // -- as the adapter sends
    return {
      provider,
      id,
      to: text('To'),
      from: text('From'),
      replyTo: text('ReplyTo') || undefined,
      subject: text('Subject'),
      html: text('HtmlBody'),
      text: text('TextBody'),
      idempotencyKey: null,
    }
  }
  const [tag] = body['tags'] as { value: string }[] // -- as the adapter sends
  return {
    provider,
    id: tag?.value ?? '',
    to: String((body['to'] as string[])[0]), // -- as the adapter sends
    from: text('from'),
    replyTo: text('reply_to') || undefined,
    subject: text('subject'),
    html: text('html'),
    text: text('text'),
    idempotencyKey: headers.get('idempotency-key'),
  }
}

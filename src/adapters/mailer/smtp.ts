import { type Socket, connect } from 'node:net'
import { Readable } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import * as z from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import { MailFailure, type MailFailureKind, type Mailer } from '../../ports/mailer.ts'
import { domainOf } from './message.ts'
import { composeMessage, messageIdOf } from './mime.ts'
import { createProviderMailer, failureOf } from './provider.ts'

const SMTP = { name: 'smtp' } as const

/** A submission server (RFC 6409). Workers cannot reach port 25. */
export interface SmtpConfig {
  readonly host: string
  readonly port: number
  /**
   * `tls` from the first byte (RFC 8314), `starttls` before anything else is said and never
   * without it (RFC 3207), or `none` for a server on this machine.
   */
  readonly security: 'tls' | 'starttls' | 'none'
  readonly username?: string
  readonly password?: string
  /** The name given in EHLO; the sender's domain when left out. */
  readonly clientName?: string
}

/** What the adapter needs beside the server. */
export interface SmtpDeps {
  readonly clock: Clock
  readonly timeoutMilliseconds: number
}

/**
 * SMTP (RFC 5321) by nodemailer's client over the runtime's sockets, one connection a mail. The
 * server's certificate is checked against the host's name by the runtime.
 */
export function createSmtpMailer(deps: SmtpDeps, config: SmtpConfig): Mailer {
  const { timeoutMilliseconds } = deps
  return createProviderMailer({
    ...SMTP,
    timeoutMilliseconds,
    async deliver(mail, signal) {
      const body = createBody(composeMessage(mail, deps.clock.now()))
      const envelope = { from: mail.from.address, to: [mail.to.address] }
      try {
        await withSession(config, domainOf(mail.from.address), signal, ({ connection, step }) =>
          step((done) => connection.send(envelope, body.stream, done)),
        )
        return messageIdOf(mail)
      } catch (error) {
        throw smtpFailure(error, body.isSent(), signal)
      }
    },
    async examine(domain, signal) {
      try {
        await withSession(config, domain, signal, async () => undefined)
        return [{ name: 'smtp: TLS and log-in', passed: true }]
      } catch (error) {
        const { reason } = smtpFailure(error, false, signal)
        return [{ name: 'smtp: TLS and log-in', passed: false, detail: reason }]
      }
    },
  })
}

/** A message that tells whether the server has asked for it. */
function createBody(message: string): { stream: Readable; isSent: () => boolean } {
  let sent = false
  const chunks = function* () {
    sent = true
    yield message
  }
  return { stream: Readable.from(chunks()), isSent: () => sent }
}

type Done = (error?: Error | null) => void

interface Session {
  readonly connection: SMTPConnection
  /** Waits for one callback of the connection, or for its end. */
  readonly step: (start: (done: Done) => void) => Promise<void>
}

/** Opens a connection, logs in, and closes it whatever happens. */
async function withSession(
  config: SmtpConfig,
  domain: string,
  signal: AbortSignal,
  use: (session: Session) => Promise<void>,
): Promise<void> {
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => undefined)
  const socket = openSocket(config)
  const stop = () => broken.reject(new Error('aborted'))
  socket.on('error', broken.reject)
  signal.addEventListener('abort', stop)
  let connection: SMTPConnection | undefined
  let saysGoodbye = false
  try {
    signal.throwIfAborted()
    await Promise.race([opened(socket, config), broken.promise])
    connection = new SMTPConnection(optionsOf(config, domain, socket))
    connection.on('error', broken.reject)
    const session: Session = {
      connection,
      step: (start) => Promise.race([stepOf(start), broken.promise]),
    }
    await greet(session, config)
    await use(session)
    // Says good-bye and closes at the answer to it, for which nobody has to wait.
    connection.quit()
    saysGoodbye = true
  } finally {
    signal.removeEventListener('abort', stop)
    if (!saysGoodbye) {
      connection?.close()
      socket.destroy()
    }
  }
}

async function greet({ connection, step }: Session, config: SmtpConfig): Promise<void> {
  await step((done) => connection.connect(done))
  if (config.username === undefined) return
  const auth = { user: config.username, pass: config.password ?? '' }
  await step((done) => connection.login(auth, done))
}

function stepOf(start: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error ? reject(error) : resolve()))
  })
}

/** By name: nodemailer would ask for the address first and then connect to that. */
function openSocket({ host, port, security }: SmtpConfig): Socket {
  return security === 'tls' ? connectTls({ host, port, servername: host }) : connect({ host, port })
}

function opened(socket: Socket, { security }: SmtpConfig): Promise<void> {
  return new Promise((resolve) => {
    socket.once(security === 'tls' ? 'secureConnect' : 'connect', () => resolve())
  })
}

function optionsOf(
  { host, port, security, clientName }: SmtpConfig,
  domain: string,
  socket: Socket,
) {
  return {
    host,
    port,
    connection: socket,
    secure: security === 'tls',
    secured: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    name: clientName ?? domain,
    logger: false,
  }
}

/** MAIL FROM is answered so when the size is too much (RFC 1870). */
const TOO_BIG = 552

/**
 * What an error means. A refused recipient or content is a refused mail (5yz, RFC 5321 4.2.1);
 * a refused log-in, sender or TLS speaks of the account or the server. Without a reply it matters
 * how far the mail got.
 */
function smtpFailure(error: unknown, bodySent: boolean, signal: AbortSignal): MailFailure {
  if (error instanceof MailFailure) return error
  const { responseCode, command, code } = factsOf(error)
  if (responseCode !== undefined) {
    const isOfTheMail = /^(RCPT|DATA)/.test(command) || responseCode === TOO_BIG
    const kind = responseCode >= 500 && isOfTheMail ? 'rejected' : 'unavailable'
    return failureOf(SMTP, { kind, reason: `${command} was answered ${responseCode}`.trim() })
  }
  const kind: MailFailureKind = bodySent ? 'unknown' : 'unavailable'
  const reason = signal.aborted ? 'no answer in time' : `the connection failed ${code}`.trim()
  return failureOf(SMTP, { kind, reason })
}

/** nodemailer's errors: `command` starts with the verb and may go on with an address. */
const errorSchema = z.object({
  responseCode: z.int().min(400).max(599).optional().catch(undefined),
  command: z
    .string()
    .transform((command) => /^[A-Z]+/.exec(command)?.[0] ?? '')
    .catch(''),
  code: z
    .string()
    .regex(/^[A-Z]+$/)
    .catch(''),
})

function factsOf(error: unknown): z.infer<typeof errorSchema> {
  return errorSchema.safeParse(error).data ?? { responseCode: undefined, command: '', code: '' }
}

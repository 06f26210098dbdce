import { type Socket, createServer } from 'node:net'
import type { Readable } from 'node:stream'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'
import { type ServerIdentity, createIdentity } from '../certificates.ts'

/** Where the servers listen, on 127.0.0.1 and under the name `localhost`. */
export interface SmtpPorts {
  /** STARTTLS and then AUTH. */
  readonly starttls: number
  /** TLS from the first byte, and AUTH. */
  readonly tls: number
  /** No TLS at all; a password would be taken. */
  readonly plain: number
  /** TLS from the first byte with a certificate that nobody trusts. */
  readonly untrusted: number
  /** Takes connections and says nothing. */
  readonly silent: number
}

/** A mail as the server has taken it. */
export interface TakenMail {
  readonly server: keyof SmtpPorts
  readonly secure: boolean
  readonly user: string | undefined
  readonly clientName: string
  readonly envelope: { readonly from: string; readonly to: readonly string[] }
  readonly raw: string
  readonly parsed: Pick<ParsedMail, 'subject' | 'text' | 'messageId' | 'date'> & {
    readonly html: string
    readonly from: readonly { readonly name: string; readonly address: string }[]
    readonly to: readonly { readonly name: string; readonly address: string }[]
    readonly replyTo: readonly { readonly name: string; readonly address: string }[]
    readonly headers: Readonly<Record<string, string>>
  }
}

export const SMTP_USER = { username: 'submitter', password: 'correct horse' } as const

type Answer = (error?: Error | null) => void

/**
 * SMTP servers that do what the local part of an address says: `refused`, `full`, `late-refused`,
 * `late-busy`, `hang` and `hang-late` for a recipient, and `not-mine` for a sender.
 */
export async function startSmtpServers(identity: ServerIdentity, taken: TakenMail[]) {
  const stranger = await createIdentity()
  const options: Readonly<Record<Exclude<keyof SmtpPorts, 'silent'>, SMTPServerOptions>> = {
    starttls: identity,
    tls: { ...identity, secure: true },
    plain: { disabledCommands: ['STARTTLS'], authOptional: true, allowInsecureAuth: true },
    untrusted: { ...stranger, secure: true },
  }
  const sockets = new Set<Socket>()
  const silent = createServer((socket) => void sockets.add(socket.on('error', () => undefined)))
  const servers = {
    starttls: createSmtp('starttls', options.starttls, taken),
    tls: createSmtp('tls', options.tls, taken),
    plain: createSmtp('plain', options.plain, taken),
    untrusted: createSmtp('untrusted', options.untrusted, taken),
    silent,
  }
  const ports: SmtpPorts = {
    starttls: await listen(servers.starttls.server),
    tls: await listen(servers.tls.server),
    plain: await listen(servers.plain.server),
    untrusted: await listen(servers.untrusted.server),
    silent: await listen(silent),
  }
  const stop = async () => {
    for (const socket of sockets) socket.destroy()
    silent.close()
    for (const name of ['starttls', 'tls', 'plain', 'untrusted'] as const) {
      await new Promise<void>((resolve) => servers[name].close(() => resolve()))
    }
  }
  return { ports, stop }
}

function createSmtp(
  name: keyof SmtpPorts,
  options: SMTPServerOptions,
  taken: TakenMail[],
): SMTPServer {
  const server = new SMTPServer({
    logger: false,
    closeTimeout: 100,
    ...options,
    onAuth({ username, password }, _, answer) {
      const isRight = username === SMTP_USER.username && password === SMTP_USER.password
      if (isRight) answer(null, { user: username })
      else answer(refusal(535, 'wrong credentials'))
    },
    onMailFrom: ({ address }, _, answer) =>
      answer(address.startsWith('not-mine@') ? refusal(553, `${address} is not yours`) : null),
    onRcptTo: ({ address }, _, answer) => answerRecipient(address, answer),
    onData: (stream, session, answer) => {
      readAll(stream).then(
        (raw) => answerData({ name, raw, session, answer, taken }),
        (error: Error) => answer(error),
      )
    },
  })
  // A client that goes away in the middle is what some tests are about.
  server.on('error', () => undefined)
  return server
}

function answerRecipient(address: string, answer: Answer): void {
  if (address.startsWith('hang@')) return
  if (address.startsWith('refused@')) answer(refusal(550, `no mailbox ${address}`))
  else if (address.startsWith('full@')) answer(refusal(452, `${address} is full`))
  else answer(null)
}

async function answerData(delivery: {
  readonly name: keyof SmtpPorts
  readonly raw: Buffer
  readonly session: SMTPServerSession
  readonly answer: (error: Error | null, message?: string) => void
  readonly taken: TakenMail[]
}): Promise<void> {
  const { name, raw, session, answer, taken } = delivery
  const to = session.envelope.rcptTo.map(({ address }) => address)
  const behaviour = to[0]?.split('@')[0]
  if (behaviour === 'hang-late') return
  if (behaviour === 'late-refused') return answer(refusal(554, 'spam'))
  if (behaviour === 'late-busy') return answer(refusal(451, 'later'))
  taken.push({
    server: name,
    secure: session.secure,
    user: typeof session.user === 'string' ? session.user : undefined,
    clientName: session.hostNameAppearsAs,
    envelope: { from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '', to },
    raw: raw.toString('latin1'),
    parsed: pickParsed(await simpleParser(raw)),
  })
  answer(null, 'queued')
}

function pickParsed(mail: ParsedMail): TakenMail['parsed'] {
  const parties = (of: ParsedMail['to']) =>
    [of ?? []]
      .flat()
      .flatMap(({ value }) => value)
      .map((party) => ({ name: party.name, address: party.address ?? '' }))
  return {
    subject: mail.subject,
    text: mail.text,
    html: mail.html || '',
    messageId: mail.messageId,
    date: mail.date,
    from: parties(mail.from),
    to: parties(mail.to),
    replyTo: parties(mail.replyTo),
    headers: Object.fromEntries(mail.headerLines.map(({ key, line }) => [key, line])),
  }
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

interface Listening {
  listen(port: number, host: string, done: () => void): unknown
  address(): unknown
}

/** Listens on a free port of 127.0.0.1 and answers its number. */
async function listen(server: Listening): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const isBound = typeof address === 'object' && address !== null && 'port' in address
  if (!isBound || typeof address.port !== 'number') throw new Error('the server has no port')
  return address.port
}

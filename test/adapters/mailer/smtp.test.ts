import { describe, expect, it } from 'vitest'
import { type SmtpConfig, createSmtpMailer } from '../../../src/adapters/mailer/smtp.ts'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { MailFailure } from '../../../src/ports/mailer.ts'
import { CANARY, SMTP_USER, aMail, mailServers, takenFor, thrownBy } from '../../support/mail.ts'

const { smtp } = mailServers

function mailer(change: Partial<SmtpConfig> = {}, timeoutMilliseconds = 10_000) {
  const config: SmtpConfig = {
    host: 'localhost',
    port: smtp.starttls,
    security: 'starttls',
    ...SMTP_USER,
    ...change,
  }
  return createSmtpMailer({ clock: systemClock, timeoutMilliseconds }, config)
}

const at = (local: string) => aMail({ to: { address: `${local}@recipient.example` } })

describe('a mail by SMTP', () => {
  it.each([
    ['STARTTLS', { port: smtp.starttls, security: 'starttls' }],
    ['TLS from the first byte', { port: smtp.tls, security: 'tls' }],
  ] as const)(
    'arrives over %s after a log-in, with both parts and every letter right',
    async (_, change) => {
      const mail = aMail({ headers: { 'List-Unsubscribe': '<https://sender.example/u>' } })
      const receipt = await mailer(change).send(mail)
      const [taken, ...more] = await takenFor(mail.to.address)
      expect(more).toEqual([])
      expect(taken).toMatchObject({
        secure: true,
        user: SMTP_USER.username,
        clientName: 'sender.example',
        envelope: { from: 'shop@sender.example', to: [mail.to.address] },
      })
      expect(taken?.parsed).toMatchObject({
        subject: mail.subject,
        html: expect.stringContaining(mail.html),
        text: mail.text,
        from: [mail.from],
        to: [mail.to],
        replyTo: [mail.replyTo],
        messageId: `<${mail.id}@sender.example>`,
      })
      expect(receipt).toEqual({ provider: 'smtp', providerMessageId: taken?.parsed.messageId })
      expect(taken?.parsed.headers).toMatchObject({
        'auto-submitted': 'Auto-Submitted: auto-generated',
        'list-unsubscribe': 'List-Unsubscribe: <https://sender.example/u>',
      })
      expect(taken?.raw).toMatch(/^Content-Type: multipart\/alternative/m)
      expect(Math.abs(Date.parse(taken?.parsed.date ?? '') - Date.now())).toBeLessThan(60_000)
    },
  )

  it('is written in lines that every server takes', async () => {
    const mail = aMail({
      subject: 'ä'.repeat(500),
      html: 'x'.repeat(100_000),
      text: 'y😀'.repeat(9_000),
    })
    await mailer().send(mail)
    const [taken] = await takenFor(mail.to.address)
    expect(Math.max(...(taken?.raw ?? '').split('\r\n').map((line) => line.length))).toBeLessThan(
      999,
    )
    expect(taken?.raw).toMatch(/^\p{ASCII}*$/u)
    expect(taken?.parsed.subject).toBe(mail.subject)
    expect(taken?.parsed.text).toBe(mail.text)
  })

  it('needs no log-in where the server asks for none', async () => {
    const { username: _, password: __, ...open } = SMTP_USER
    const mail = aMail()
    const config = { host: 'localhost', port: smtp.plain, security: 'none', ...open } as const
    await createSmtpMailer({ clock: systemClock, timeoutMilliseconds: 10_000 }, config).send(mail)
    expect(await takenFor(mail.to.address)).toMatchObject([{ secure: false, server: 'plain' }])
  })
})

describe('a server that does not take a mail', () => {
  it.each([
    ['refuses the recipient', at('refused'), 'rejected', 'RCPT was answered 550'],
    ['is full for the recipient', at('full'), 'unavailable', 'RCPT was answered 452'],
    ['refuses the content', at('late-refused'), 'rejected', 'DATA was answered 554'],
    ['is busy after the content', at('late-busy'), 'unavailable', 'DATA was answered 451'],
    [
      'refuses the sender',
      aMail({ from: { address: 'not-mine@sender.example' } }),
      'unavailable',
      'MAIL was answered 553',
    ],
  ] as const)('%s', async (_, mail, kind, reason) => {
    const error = await thrownBy(mailer().send(mail))
    expect(error).toBeInstanceOf(MailFailure)
    expect(error).toMatchObject({ provider: 'smtp', kind, reason, repeatable: false })
    expect(String(error)).not.toContain('@')
    expect(JSON.stringify(error)).not.toContain(CANARY)
  })

  it('does not know our password: the mail waits for a better one', async () => {
    const error = await thrownBy(mailer({ password: 'wrong-canary' }).send(aMail()))
    expect(error).toMatchObject({ kind: 'unavailable', reason: 'AUTH was answered 535' })
    expect(String(error)).not.toContain('wrong-canary')
  })

  it.each([
    ['is not there', { port: 1 }],
    ['has a name that leads nowhere', { host: 'nowhere.invalid' }],
    ['says nothing', { port: smtp.silent }],
    ['has a certificate that nobody trusts', { port: smtp.untrusted, security: 'tls' }],
    ['offers no TLS', { port: smtp.plain }],
    ['speaks TLS where it should not yet', { port: smtp.tls }],
    ['speaks no TLS where it should', { port: smtp.starttls, security: 'tls' }],
  ] as const)('%s: nothing was sent, and no password either', async (_, change) => {
    const mail = aMail()
    const error = await thrownBy(mailer(change, 2_000).send(mail))
    expect(error).toMatchObject({ provider: 'smtp', kind: 'unavailable' })
    expect(await takenFor(mail.to.address)).toEqual([])
  })

  it('falls silent before the content: the mail has not gone out', async () => {
    const error = await thrownBy(mailer().send(at('hang'), { timeoutMilliseconds: 1_000 }))
    expect(error).toMatchObject({ kind: 'unavailable', reason: 'no answer in time' })
  })

  it('falls silent after the content: nobody knows whether the mail was taken', async () => {
    const error = await thrownBy(mailer().send(at('hang-late'), { timeoutMilliseconds: 1_000 }))
    expect(error).toMatchObject({ kind: 'unknown', reason: 'no answer in time' })
  })

  it('is left when the caller gives up', async () => {
    const signal = AbortSignal.timeout(300)
    const error = await thrownBy(mailer().send(at('hang'), { signal }))
    expect(error).toMatchObject({ kind: 'unavailable' })
  })
})

describe('the check of an SMTP server', () => {
  it('logs in and sends nothing', async () => {
    expect(await mailer().doctor?.('sender.example')).toEqual([
      { name: 'smtp: TLS and log-in', passed: true },
    ])
  })

  it('says what is wrong', async () => {
    expect(await mailer({ password: 'wrong' }).doctor?.('sender.example')).toEqual([
      { name: 'smtp: TLS and log-in', passed: false, detail: 'AUTH was answered 535' },
    ])
  })
})

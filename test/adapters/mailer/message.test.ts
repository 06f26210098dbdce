import { describe, expect, it } from 'vitest'
import { createMemoryMailer } from '../../../src/adapters/mailer/memory.ts'
import type { OutgoingMail } from '../../../src/ports/mailer.ts'
import { limits } from '../../../src/kernel/limits.ts'
import { CANARY, aMail, thrownBy } from '../../support/mail.ts'

function mailbox() {
  const kept: OutgoingMail[] = []
  const keep = async (mail: OutgoingMail) => {
    kept.push(mail)
    return `kept-${kept.length}`
  }
  return { kept, mailer: createMemoryMailer(keep, { timeoutMilliseconds: 1_000 }) }
}

const domain = (length: number) => `${'a.'.repeat(length)}example`

describe('what a mailer takes', () => {
  it('is handed on marked as automatic, with the domains in ASCII', async () => {
    const { kept, mailer } = mailbox()
    const mail = aMail({ to: { address: 'jörg@Bücher.Example' } })
    expect(await mailer.send(mail)).toEqual({ provider: 'memory', providerMessageId: 'kept-1' })
    expect(kept).toEqual([
      {
        ...mail,
        to: { address: 'jörg@xn--bcher-kva.example' },
        headers: { 'Auto-Submitted': 'auto-generated' },
      },
    ])
  })

  it('may say otherwise of who answers', async () => {
    const { kept, mailer } = mailbox()
    await mailer.send(aMail({ headers: { 'auto-submitted': 'auto-replied' } }))
    expect(kept[0]?.headers).toEqual({ 'auto-submitted': 'auto-replied' })
  })

  it.each<[string, Partial<OutgoingMail>]>([
    ['a subject of the greatest length', { subject: 'ä'.repeat(limits.mail.subject) }],
    [
      'a name of the greatest length',
      { to: { address: 'a@b.example', name: 'n'.repeat(limits.mail.name) } },
    ],
    ['a part of the greatest length', { html: 'h'.repeat(limits.mail.part) }],
    [
      'an address with every odd letter',
      { to: { address: "o'neil+tag=1&2!#$%*/?^_`{|}~-@b.example" } },
    ],
    ['a host of the local network', { from: { address: 'no-reply@localhost' } }],
  ])('may have %s', async (_, change) => {
    await expect(mailbox().mailer.send(aMail(change))).resolves.toMatchObject({
      provider: 'memory',
    })
  })
})

const addresses: readonly [string, string][] = [
  ['a line break', 'a@b.example\r\nBcc: c@d.example'],
  ['a line feed', 'a\nb@c.example'],
  ['a null', 'a\0@b.example'],
  ['two recipients', 'a@b.example,c@d.example'],
  ['angle brackets', 'a@b.example>,<c@d.example'],
  ['a blank', 'a b@c.example'],
  ['quotes', '"a b"@c.example'],
  ['no at sign', 'nobody'],
  ['no local part', '@b.example'],
  ['no domain', 'a@'],
  ['two at signs', 'a@b@c.example'],
  ['a path in the domain', 'a@b.example/c'],
  ['a port in the domain', 'a@b.example:25'],
  ['an address literal', 'a@[127.0.0.1]'],
  ['an address for a domain', 'a@127.0.0.1'],
  ['an empty label', 'a@b..example'],
  ['a half of a letter', 'a\ud800@b.example'],
  ['a domain that is too long', `a@${domain(130)}`],
  ['a local part that is too long', `${'a'.repeat(65)}@b.example`],
]

const addressed = addresses.map(([what, address]): [string, Partial<OutgoingMail>] => [
  `an address with ${what}`,
  { to: { address } },
])

describe('what no provider is ever given', () => {
  it.each<[string, Partial<OutgoingMail>]>([
    ...addressed,
    ['a sender with a line break', { from: { address: 'a@b.example\r\nX: y' } }],
    ['an address for answers with a line break', { replyTo: { address: 'a@b.example\nX: y' } }],
    ['a name with a line break', { to: { address: 'a@b.example', name: 'A\r\nBcc: c@d.example' } }],
    ['a name with an escape', { from: { address: 'a@b.example', name: 'A\u001b[2J' } }],
    ['a subject with a line break', { subject: 'Hello\r\nBcc: c@d.example' }],
    ['a subject with a next-line mark', { subject: 'Hello\u0085Bcc: c@d.example' }],
    ['no subject', { subject: ' ' }],
    ['a subject that is too long', { subject: 'x'.repeat(limits.mail.subject + 1) }],
    ['no text', { text: '' }],
    ['no HTML', { html: '' }],
    ['a part that is too long', { text: 'x'.repeat(limits.mail.part + 1) }],
    ['a part that is not Unicode', { text: '\udc00' }],
    ['a header with a line break', { headers: { 'X-A': 'b\r\nBcc: c@d.example' } }],
    ['a header with letters beyond ASCII', { headers: { 'X-A': 'ä' } }],
    ['a header without a value', { headers: { 'X-A': '' } }],
    ['a header’s name with a colon', { headers: { 'X-A: b\r\nBcc': 'c@d.example' } }],
    ['a header twice', { headers: { 'X-A': '1', 'x-a': '2' } }],
    ['a recipient by header', { headers: { bCC: 'c@d.example' } }],
    ['a sender by header', { headers: { From: 'c@d.example' } }],
    ['a form by header', { headers: { 'Content-Type': 'text/plain' } }],
    [
      'too many headers',
      {
        headers: Object.fromEntries(
          Array.from({ length: limits.mail.headers }, (_, index) => [`X-${index}`, 'a']),
        ),
      },
    ],
  ])('has %s', async (_, change) => {
    const { kept, mailer } = mailbox()
    const error = await thrownBy(mailer.send(aMail(change)))
    expect(error).toMatchObject({ name: 'MailFailure', kind: 'rejected', provider: 'memory' })
    expect(String(error)).not.toMatch(/example|Bcc/)
    expect(String(error)).not.toContain(CANARY)
    expect(kept).toEqual([])
  })
})

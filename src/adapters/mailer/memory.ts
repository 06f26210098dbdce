import type { MailReceipt, Mailer, OutgoingMail } from '../../ports/mailer.ts'
import { createProviderMailer } from './provider.ts'

/** Keeps a mail where a person can read it, `/dev/mail` for one, and answers an id for it. */
export type KeepMail = (mail: OutgoingMail) => Promise<MailReceipt['providerMessageId']>

/** The mailbox of development and of tests: hands each mail to `keep` and sends none. */
export function createMemoryMailer(
  keep: KeepMail,
  options: { readonly timeoutMilliseconds: number },
): Mailer {
  return createProviderMailer({
    name: 'memory',
    repeatable: true,
    timeoutMilliseconds: options.timeoutMilliseconds,
    deliver: (mail) => keep(mail),
  })
}

import { takeFeedback } from '../../../src/modules/mail/index.ts'
import type { MailFeedback } from '../../../src/ports/mail-feedback.ts'
import { MailFailure, type Mailer } from '../../../src/ports/mailer.ts'
import { type House, makeUser } from './house.ts'

/** What no operation does with mails: a provider that takes none, and one that tells of a bounce. */
export async function everyMail(house: House): Promise<void> {
  const { home } = house
  const { mailer } = home.isolate.shared
  const { email } = await makeUser(house)
  Object.assign(home.isolate.shared, { mailer: refusing })
  await home.drain()
  Object.assign(home.isolate.shared, { mailer })
  const [mail] = await home.rows<{ id: string }>(
    'SELECT id FROM mail_messages WHERE tenant_id = ? AND recipient = ?',
    home.tenantId,
    email,
  )
  await takeFeedback(
    { ...home.deps(), mailFeedback: new Map([['trial', bounceOf(mail?.id ?? '', email)]]) },
    {
      provider: 'trial',
      headers: new Headers(),
      body: new Uint8Array(),
      requestId: home.tenantId,
      now: home.clock.now(),
    },
  )
}

const refusing: Mailer = {
  name: 'trial',
  send: async () => {
    throw new MailFailure({ kind: 'unavailable', provider: 'trial', reason: 'takes nothing' })
  },
}

function bounceOf(messageId: string, address: string) {
  const event: MailFeedback = {
    kind: 'bounce',
    provider: 'trial',
    eventId: messageId,
    messageId,
    address,
    at: 0,
    permanent: true,
  }
  return { provider: 'trial', verify: async () => [event] }
}

import { describe, expect, it } from 'vitest'
import { serve } from '../../../src/app/fetch.ts'
import type { World } from '../../support/world.ts'
import {
  type MailRow,
  WEBHOOK_PASSWORD,
  fakeProviders,
  mailTo,
  mailWorld,
  makeUser,
  settle,
} from './support.ts'

const authorization = `Basic ${btoa(`postmark:${WEBHOOK_PASSWORD}`)}`

/** Calls the webhook as a provider does: without a tenant. */
function tell(
  { isolate }: World,
  body: unknown,
  headers: Record<string, string> = { authorization },
  provider = 'postmark',
): Promise<Response> {
  const url = `https://edge.example/api/v1/mail/feedback/${provider}`
  return serve(isolate, new Request(url, { method: 'POST', body: JSON.stringify(body), headers }))
}

async function sentMail(): Promise<{ world: World; email: string; mail: MailRow }> {
  const providers = fakeProviders()
  const world = await mailWorld('postmark')
  await settle(world, providers)
  const email = await makeUser(world)
  await world.drain()
  return { world, email, mail: await mailTo(world, email) }
}

const bounce = (mail: MailRow, rest: object = {}) => ({
  RecordType: 'Bounce',
  ID: 42,
  Type: 'HardBounce',
  MessageID: `p-${mail.id}`,
  Metadata: { message_id: mail.id },
  Email: 'somebody@else.example',
  BouncedAt: '2026-01-31T12:00:00Z',
  Description: 'no such mailbox',
  ...rest,
})

const suppressions = (world: World) =>
  world.rows<{ address: string; reason: string }>(
    'SELECT address, reason, message_id FROM mail_suppressions WHERE tenant_id = ?',
    world.tenantId,
  )

describe('a provider’s webhook', () => {
  it('puts a dead address on the list of the mail’s own tenant, once', async () => {
    const { world, email, mail } = await sentMail()
    for (let time = 0; time < 3; time++) expect((await tell(world, bounce(mail))).status).toBe(204)
    expect(await suppressions(world)).toEqual([
      { address: email, reason: 'bounce', message_id: mail.id },
    ])
    const admin = await world.as('admin')
    expect(await admin.json('GET', `/api/v1/mail/messages/${mail.id}`)).toMatchObject({
      state: 'sent',
      feedback: 'bounce',
      feedbackReason: 'no such mailbox',
      feedbackAt: '2026-01-31T12:00:00.000Z',
    })
    const events = await world.rows(
      "SELECT id FROM outbox WHERE tenant_id = ? AND type = 'mail.feedback.received'",
      world.tenantId,
    )
    expect(events).toHaveLength(1)
  })

  it('finds the mail by the provider’s id where it does not know ours', async () => {
    const { world, email, mail } = await sentMail()
    expect((await tell(world, bounce(mail, { Metadata: undefined }))).status).toBe(204)
    expect(await suppressions(world)).toMatchObject([{ address: email }])
  })

  it('notes a passing bounce and a delivery without putting anybody on the list', async () => {
    const { world, email, mail } = await sentMail()
    const delivered = {
      RecordType: 'Delivery',
      MessageID: `p-${mail.id}`,
      Metadata: { message_id: mail.id },
      Recipient: email,
      DeliveredAt: '2026-01-31T12:00:00Z',
    }
    await tell(world, delivered)
    expect((await mailTo(world, email)).feedback).toBe('delivered')
    await tell(world, bounce(mail, { Type: 'SoftBounce', ID: 43 }))
    await tell(world, { ...delivered, MessageID: 'p-2' })
    expect((await mailTo(world, email)).feedback).toBe('bounce')
    expect(await suppressions(world)).toEqual([])
  })

  it('is believed by its password only', async () => {
    const { world, mail } = await sentMail()
    expect((await tell(world, bounce(mail), {})).status).toBe(401)
    const wrong = { authorization: `Basic ${btoa('postmark:guess')}` }
    expect((await tell(world, bounce(mail), wrong)).status).toBe(401)
    expect(await suppressions(world)).toEqual([])
  })

  it('is refused when it is not as documented, too large, or of an unknown provider', async () => {
    const { world, mail } = await sentMail()
    expect((await tell(world, { RecordType: 'Bounce' })).status).toBe(400)
    expect((await tell(world, bounce(mail, { Description: 'x'.repeat(1_100_000) }))).status).toBe(
      413,
    )
    expect((await tell(world, bounce(mail), { authorization }, 'nobody')).status).toBe(404)
    expect((await tell(world, bounce(mail), { authorization }, 'sendgrid')).status).toBe(404)
  })

  it('changes nothing for a mail that is not ours', async () => {
    const { world, mail } = await sentMail()
    const foreign = { MessageID: 'p-foreign', Metadata: { message_id: 'foreign' } }
    expect((await tell(world, bounce(mail, foreign))).status).toBe(204)
    expect(await suppressions(world)).toEqual([])
  })
})

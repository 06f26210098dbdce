import { describe, expect, it } from 'vitest'
import { createControl } from '../tenants/control.ts'
import {
  fakeProviders,
  lost,
  mailSettings,
  mailTo,
  mailWorld,
  makeUser,
  settle,
  taken,
} from './support.ts'

interface Listed {
  readonly items: { readonly id: string; readonly recipient: string; readonly state: string }[]
  readonly nextCursor: string | null
}

const MESSAGES = '/api/v1/mail/messages'

describe('the list of mails', () => {
  it('is found by state and by recipient, page by page, newest first', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark')
    await settle(world, providers)
    const admin = await world.as('admin')
    const sent = await makeUser(world)
    await world.drain()
    const waiting = [await makeUser(world), await makeUser(world)]
    const queued = await admin.json<Listed>('GET', `${MESSAGES}?state=queued`)
    expect(queued.items.map(({ recipient }) => recipient)).toEqual(waiting.toReversed())
    const one = await admin.json<Listed>('GET', `${MESSAGES}?recipient=${sent.toUpperCase()}`)
    expect(one.items).toMatchObject([{ recipient: sent, state: 'sent' }])
    expect(
      (await admin.json<Listed>('GET', `${MESSAGES}?recipient=${sent}&state=queued`)).items,
    ).toEqual([])
    const first = await admin.json<Listed>('GET', `${MESSAGES}?limit=1`)
    const next = await admin.json<Listed>('GET', `${MESSAGES}?limit=1&cursor=${first.nextCursor}`)
    expect([...first.items, ...next.items].map(({ recipient }) => recipient)).toEqual(
      waiting.toReversed(),
    )
    const { data } = await admin.graphql<{ mailMessages: Listed }>(
      '{ mailMessages(state: queued) { items { id recipient state } } }',
    )
    expect(data?.mailMessages.items.map(({ id }) => id)).toEqual(queued.items.map(({ id }) => id))
  })

  it('shows nothing of what a mail says', async () => {
    const world = await mailWorld('postmark')
    const admin = await world.as('admin')
    await makeUser(world, 'Grace Unmistakable')
    const response = await admin.fetch('GET', MESSAGES)
    expect(await response.text()).not.toContain('Unmistakable')
  })
})

describe('sending again by hand', () => {
  it('is for mails that failed or whose outcome is not known', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark')
    await settle(world, providers)
    providers.postmark = lost
    const email = await makeUser(world)
    await world.drain()
    const { id, state } = await mailTo(world, email)
    expect(state).toBe('unknown')
    providers.postmark = taken
    const admin = await world.as('admin')
    const response = await admin.fetch('POST', `${MESSAGES}/${id}/resend`)
    expect(response.status).toBe(202)
    expect(await response.json()).toMatchObject({ id, state: 'queued' })
    await world.drain()
    expect((await mailTo(world, email)).state).toBe('sent')
    expect(await world.eventsOf(id)).toEqual([
      'mail.message.uncertain',
      'mail.message.resent',
      'mail.message.sent',
    ])
    const again = await admin.fetch('POST', `${MESSAGES}/${id}/resend`)
    expect(again.status).toBe(409)
    expect(await again.json()).toMatchObject({ code: 'mail.not_resendable' })
  })

  it('is refused for a mail of another tenant', async () => {
    const [world, other] = [await mailWorld('postmark'), await mailWorld('postmark')]
    const { id } = await mailTo(world, await makeUser(world))
    const stranger = await other.as('admin')
    expect((await stranger.fetch('POST', `${MESSAGES}/${id}/resend`)).status).toBe(404)
    expect((await stranger.fetch('GET', `${MESSAGES}/${id}`)).status).toBe(404)
  })
})

describe('the tasks of mail', () => {
  it('mail:test sends a mail in the locale that is asked for', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark')
    await settle(world, providers)
    const admin = await world.as('admin')
    const body = { to: 'me@people.example', locale: 'ru' }
    const { messageId } = await admin.json<{ messageId: string }>(
      'POST',
      '/api/v1/mail/tasks/test',
      { body },
    )
    await world.drain()
    expect(providers.asked).toMatchObject([{ id: messageId, to: 'me@people.example' }])
    expect(providers.asked[0]?.subject).toContain('Проверочное письмо')
  })

  it('mail:doctor tells operators what to put into DNS', async () => {
    const world = await mailWorld('postmark,resend')
    const admin = await world.as('admin')
    expect((await admin.fetch('POST', '/api/v1/mail/tasks/doctor', { body: {} })).status).toBe(404)
    const diagnosis = await examine('postmark,resend', 'hello@shop.org')
    expect(diagnosis.sender).toBe('hello@shop.org')
    expect(diagnosis.providers).toEqual(['postmark', 'resend'])
    expect(diagnosis.advice[0]).toMatchObject({
      name: 'shop.org',
      value: 'v=spf1 include:spf.mtasv.net include:amazonses.com -all',
    })
    expect(diagnosis.checks[0]).toMatchObject({ passed: true })
    expect(diagnosis.feedback).toContain('postmark')
  })

  it('mail:doctor says so when nobody sends', async () => {
    const { checks } = await examine('memory', 'no-reply@localhost')
    expect(checks[0]).toMatchObject({ passed: false })
  })
})

interface Diagnosis {
  readonly sender: string
  readonly providers: string[]
  readonly feedback: string[]
  readonly checks: { readonly passed: boolean }[]
  readonly advice: { readonly name: string; readonly value: string }[]
}

async function examine(providers: string, from: string): Promise<Diagnosis> {
  fakeProviders()
  const { operator } = await createControl(
    mailSettings({ MAIL_PROVIDERS: providers, MAIL_FROM: from }),
  )
  return operator.json('POST', '/api/v1/mail/tasks/doctor', { body: {} })
}

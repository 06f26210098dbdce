import { describe, expect, it } from 'vitest'
import { createWorld } from '../../support/world.ts'
import { fakeProviders, mailTo, mailWorld, makeUser, settle } from './support.ts'

const LIST = '/api/v1/mail/suppressions'

interface Entry {
  readonly id: string
  readonly address: string
  readonly reason: string
}

describe('the suppression list', () => {
  it('is filled, read and emptied over REST, and every change is on record', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const body = { address: ' Ada@Example.com ', note: 'asked by phone' }
    const response = await admin.fetch('POST', LIST, { body })
    expect(response.status).toBe(201)
    const entry = await response.json<Entry>()
    expect(entry).toMatchObject({
      address: 'ada@example.com',
      reason: 'manual',
      note: 'asked by phone',
    })
    expect(await admin.json('GET', response.headers.get('location') ?? '')).toEqual(entry)
    expect((await admin.fetch('POST', LIST, { body })).status).toBe(409)
    await admin.json('POST', LIST, { body: { ...body, reason: 'unsubscribed' } })
    const found = await admin.json<{ items: Entry[] }>('GET', `${LIST}?address=ADA@example.com`)
    expect(found.items.map(({ reason }) => reason)).toEqual(['unsubscribed', 'manual'])
    await admin.json('DELETE', `${LIST}/${entry.id}`)
    expect((await admin.fetch('DELETE', `${LIST}/${entry.id}`)).status).toBe(404)
    expect(await world.eventsOf(entry.id)).toEqual([
      'mail.suppression.added',
      'mail.suppression.removed',
    ])
    expect(await world.auditOf(entry.id)).toEqual([
      'mail.suppression.added',
      'mail.suppression.removed',
    ])
  })

  it('is the same over GraphQL', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const { data } = await admin.graphql<{ suppressAddress: Entry }>(
      'mutation { suppressAddress(address: "a@b.example", reason: complaint) { id address reason } }',
    )
    const id = data?.suppressAddress.id
    const list = '{ mailSuppressions { items { id reason } } }'
    expect((await admin.graphql(list)).data).toEqual({
      mailSuppressions: { items: [{ id, reason: 'complaint' }] },
    })
    await admin.graphql('mutation ($id: ID!) { releaseAddress(id: $id) }', { id })
    expect((await admin.graphql(list)).data).toEqual({ mailSuppressions: { items: [] } })
  })

  it('is a tenant’s own, and nobody else sees it', async () => {
    const [world, other] = [await createWorld(), await createWorld()]
    const entry = await (
      await world.as('admin')
    ).json<Entry>('POST', LIST, {
      body: { address: 'a@b.example' },
    })
    const stranger = await other.as('admin')
    expect((await stranger.fetch('GET', `${LIST}/${entry.id}`)).status).toBe(404)
    expect(await stranger.json('GET', LIST)).toEqual({ items: [], nextCursor: null })
    expect((await (await world.as('manager')).fetch('GET', LIST)).status).toBe(403)
  })
})

describe('a mail to an address on the list', () => {
  it.each([
    ['bounce', 'suppressed'],
    ['manual', 'suppressed'],
    ['complaint', 'sent'],
    ['unsubscribed', 'sent'],
  ])('is, for what concerns an account and after the reason %s, %s', async (reason, state) => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark')
    await settle(world, providers)
    const email = await makeUser(world)
    const admin = await world.as('admin')
    await admin.json('POST', LIST, { body: { address: email, reason } })
    await world.drain()
    const mail = await mailTo(world, email)
    expect(mail).toMatchObject({ state, props: null })
    expect(providers.asked).toHaveLength(state === 'sent' ? 1 : 0)
    expect(await world.eventsOf(mail.id)).toEqual([`mail.message.${state}`])
  })
})

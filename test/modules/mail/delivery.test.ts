import { describe, expect, it } from 'vitest'
import { commit } from '../../../src/modules/commit/index.ts'
import { queueMail } from '../../../src/modules/mail/index.ts'
import { testMail } from '../../../src/modules/mail/mails.tsx'
import { createFaultyDriver } from '../../support/faulty-driver.ts'
import {
  fakeProviders,
  lost,
  mailTo,
  mailWorld,
  mailsTo,
  makeUser,
  refused,
  settle,
  taken,
} from './support.ts'

const MINUTE = 60_000

/** Moves a world through some hours, delivering every ten minutes. */
async function pass(world: Awaited<ReturnType<typeof mailWorld>>, minutes: number): Promise<void> {
  for (let passed = 0; passed < minutes; passed += 10) {
    world.clock.advance(10 * MINUTE)
    await world.drain()
  }
}

describe('a new account', () => {
  it('gets one welcome, with the commit that makes the account', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark')
    await settle(world, providers)
    const email = await makeUser(world)
    expect(await mailTo(world, email)).toMatchObject({ state: 'queued', attempts: 0 })
    expect(providers.asked).toEqual([])
    await world.drain()
    await world.drain()
    expect(providers.asked.map(({ to }) => to)).toEqual([`"Ada Lovelace" <${email}>`])
    expect(await mailTo(world, email)).toMatchObject({
      state: 'sent',
      provider: 'postmark',
      attempts: 1,
    })
  })

  it('gets none when it is not made', async () => {
    const world = await mailWorld('postmark')
    const email = await makeUser(world)
    const admin = await world.as('admin')
    const body = { email, name: 'Eve', password: 'three blind mice run', roles: ['customer'] }
    expect((await admin.fetch('POST', '/api/v1/auth/users', { body })).status).toBe(409)
    expect(await mailsTo(world, email)).toHaveLength(1)
  })

  it('costs one database trip, as before', async () => {
    const world = await mailWorld('postmark')
    const admin = await world.as('admin')
    const email = 'trips@people.example'
    const body = { email, name: 'Eve', password: 'three blind mice run', roles: ['customer'] }
    await admin.json('GET', '/api/v1/auth/me')
    const response = await admin.fetch('POST', '/api/v1/auth/users', { body })
    expect(response.headers.get('server-timing')).toContain('db-trips;desc="1"')
  })
})

describe('a mail that is wanted twice for one reason', () => {
  it('is sent once, and again for another reason', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark')
    await settle(world, providers)
    const want = async (dedupeKey: string) => {
      const [deps, ctx] = [world.deps(), await world.system()]
      const props = { sentAt: '2026-01-31T12:00:00.000Z' }
      const to = { address: 'Twice@People.example' }
      const { id, writes, jobs } = await queueMail(deps, ctx, {
        mail: testMail,
        to,
        props,
        dedupeKey,
      })
      const audit = { action: 'mail.test.queued', targetType: 'mail', targetId: id }
      await commit(deps, ctx, { writes, jobs, events: [], audit, result: undefined })
    }
    await want('order 1')
    await world.drain()
    await want('order 1')
    await want('order 2')
    await world.drain()
    expect(providers.asked.map(({ to }) => to)).toEqual(
      Array.from({ length: 2 }, () => 'twice@people.example'),
    )
  })
})

describe('a provider that does not take a mail', () => {
  it('gives way to the next', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark,resend')
    await settle(world, providers)
    providers.postmark = refused
    const email = await makeUser(world)
    await world.drain()
    expect(providers.asked.map(({ provider }) => provider)).toEqual(['postmark', 'resend'])
    expect(await mailTo(world, email)).toMatchObject({ state: 'sent', provider: 'resend' })
  })

  it('is asked again when it is down for an hour, and all mails arrive, once', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark')
    await settle(world, providers)
    providers.postmark = refused
    const emails = [await makeUser(world), await makeUser(world), await makeUser(world)]
    await world.drain()
    await pass(world, 60)
    for (const email of emails) expect((await mailTo(world, email)).state).toBe('queued')
    providers.postmark = taken
    providers.asked.length = 0
    await pass(world, 300)
    for (const email of emails) expect((await mailTo(world, email)).state).toBe('sent')
    expect(providers.asked).toHaveLength(3)
  })

  it('is left alone for as long as it asks', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark')
    await settle(world, providers)
    providers.postmark = () =>
      Response.json({}, { status: 429, headers: { 'retry-after': '1800' } })
    const email = await makeUser(world)
    await world.drain()
    providers.postmark = taken
    await pass(world, 20)
    expect(providers.asked).toHaveLength(1)
    await pass(world, 20)
    expect(await mailTo(world, email)).toMatchObject({ state: 'sent' })
  })

  it('is given up after a day, and an event tells it', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark')
    await settle(world, providers)
    providers.postmark = refused
    const email = await makeUser(world)
    await world.drain()
    for (let hour = 0; hour < 30; hour++) {
      world.clock.advance(60 * MINUTE)
      await world.drain()
    }
    const mail = await mailTo(world, email)
    expect(mail).toMatchObject({ state: 'failed', error: 'postmark: status 503' })
    expect(await world.eventsOf(mail.id)).toEqual(['mail.message.failed'])
  })

  it('is not asked again for a mail that it refuses for good', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark,resend')
    await settle(world, providers)
    providers.postmark = () => Response.json({ ErrorCode: 300 }, { status: 422 })
    const email = await makeUser(world)
    await world.drain()
    await pass(world, 60)
    expect(providers.asked).toHaveLength(1)
    expect((await mailTo(world, email)).state).toBe('failed')
  })
})

describe('a mail whose outcome is not known', () => {
  it('is not sent a second time by a provider that would not notice', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark,resend')
    await settle(world, providers)
    providers.postmark = lost
    const email = await makeUser(world)
    await world.drain()
    await pass(world, 120)
    const mail = await mailTo(world, email)
    expect(mail).toMatchObject({ state: 'unknown', provider: 'postmark' })
    expect(providers.asked).toHaveLength(1)
    expect(await world.eventsOf(mail.id)).toEqual(['mail.message.uncertain'])
  })

  it('is sent again by the provider that recognises it, under the same key, and by no other', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('resend,postmark')
    await settle(world, providers)
    providers.resend = lost
    const email = await makeUser(world)
    await world.drain()
    expect((await mailTo(world, email)).state).toBe('unknown')
    providers.resend = refused
    await pass(world, 30)
    providers.resend = taken
    await pass(world, 240)
    expect((await mailTo(world, email)).state).toBe('sent')
    expect(new Set(providers.asked.map(({ provider }) => provider))).toEqual(new Set(['resend']))
    expect(new Set(providers.asked.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
  })
})

describe('a worker that dies between sending a mail and noting it', () => {
  const deadAfterSending = async (providers: string) => {
    const fake = fakeProviders()
    let isDead = false
    const world = await mailWorld(providers, {
      wrapDriver: (driver) => {
        const faulty = createFaultyDriver(driver)
        faulty.fault = ({ statements }) =>
          isDead && statements.some(({ sql }) => sql.includes('provider_message_id = ?6'))
            ? { kind: 'fail-before' }
            : undefined
        return faulty
      },
    })
    await settle(world, fake)
    const email = await makeUser(world)
    isDead = true
    await world.drain()
    isDead = false
    expect(fake.asked).toHaveLength(1)
    expect((await mailTo(world, email)).state).toBe('sending')
    await pass(world, 120)
    return { fake, mail: await mailTo(world, email) }
  }

  it('leaves a mail that is not sent twice', async () => {
    const { fake, mail } = await deadAfterSending('postmark,resend')
    expect(fake.asked).toHaveLength(1)
    expect(mail.state).toBe('unknown')
  })

  it('leaves a mail that a provider with idempotency is asked for again', async () => {
    const { fake, mail } = await deadAfterSending('resend,postmark')
    expect(mail.state).toBe('sent')
    expect(fake.asked.map(({ provider }) => provider)).toEqual(['resend', 'resend'])
    expect(fake.asked[0]?.idempotencyKey).toBe(fake.asked[1]?.idempotencyKey)
  })
})

describe('a provider that hangs', () => {
  it('holds up no mail of another tenant', async () => {
    const providers = fakeProviders()
    const [slow, quick] = [await mailWorld('postmark'), await mailWorld('resend')]
    await settle(slow, providers)
    await settle(quick, providers)
    const hanging = Promise.withResolvers<Response>()
    providers.postmark = () => hanging.promise
    const [first, second] = [await makeUser(slow), await makeUser(quick)]
    const drained = slow.drain()
    await quick.drain()
    expect((await mailTo(quick, second)).state).toBe('sent')
    hanging.resolve(Response.json({ ErrorCode: 0, MessageID: 'late' }))
    await drained
    expect(['sent', 'unknown']).toContain((await mailTo(slow, first)).state)
  })
})

describe('what a mail says', () => {
  it('is sealed while it waits and gone once it is sent', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark')
    await settle(world, providers)
    const email = await makeUser(world, 'Grace Unmistakable')
    const readable = async () => {
      const rows = [
        ...(await world.rows(
          'SELECT props, error FROM mail_messages WHERE tenant_id = ?',
          world.tenantId,
        )),
        ...(await world.rows(
          'SELECT payload, result, last_error FROM jobs WHERE tenant_id = ?',
          world.tenantId,
        )),
        ...(await world.rows('SELECT payload FROM outbox WHERE tenant_id = ?', world.tenantId)),
        ...(await world.rows('SELECT changes FROM audit_log WHERE tenant_id = ?', world.tenantId)),
      ]
      return JSON.stringify(rows)
    }
    expect(await readable()).not.toContain('Unmistakable')
    expect((await mailTo(world, email)).props).toMatch(/^[\w.-]{60,}$/)
    await world.drain()
    expect(providers.asked[0]?.text).toContain('Grace Unmistakable')
    expect((await mailTo(world, email)).props).toBeNull()
    expect(await readable()).not.toContain('Unmistakable')
  })

  it('is forgotten a week after it failed, and the mail itself after three months', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark')
    await settle(world, providers)
    providers.postmark = lost
    const email = await makeUser(world)
    await world.drain()
    expect((await mailTo(world, email)).props).not.toBeNull()
    const { sweeps } = world.deps().modules.find(({ slug }) => slug === 'mail') ?? { sweeps: [] }
    const sweep = async () => {
      // What other tests have left may fill many rounds.
      for (const { run } of sweeps) while ((await run(world.deps(), world.clock.now(), 500)) > 0);
    }
    world.clock.advance(8 * 24 * 60 * MINUTE)
    await sweep()
    expect((await mailTo(world, email)).props).toBeNull()
    world.clock.advance(90 * 24 * 60 * MINUTE)
    await sweep()
    expect(await mailsTo(world, email)).toEqual([])
  })
})

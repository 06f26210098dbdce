import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { createIsolate } from '../../../../src/app/isolate.ts'
import { limits } from '../../../../src/kernel/limits.ts'
import { attemptSweeps } from '../../../../src/modules/auth/attempts/index.ts'
import { HasherBusyError } from '../../../../src/ports/hasher.ts'
import { PASSWORD } from '../../../support/world.ts'
import {
  type Answer,
  type AuthWorld,
  type Call,
  createAuthWorld,
  emailOf,
  rows,
  send,
} from '../support.ts'

const LOGIN = '/api/v1/auth/login'
const { windowMilliseconds, ofAccount, ofAddress, pausedFrom, longestPauseSeconds } =
  limits.attempts

let world: AuthWorld
let email: string
beforeEach(async () => {
  world = await createAuthWorld()
  await world.as('manager')
  email = emailOf(world, 'manager')
  // The password alone decides; these tests are about how often it may be tried.
  world.wrapHasher({
    verify: async (password) => password === PASSWORD,
    verifyDummy: async () => undefined,
  })
})

const attempt = (body: Record<string, unknown>, headers?: Call['headers'], path = LOGIN) =>
  world.call('POST', path, { body, ...(headers && { headers }) })
const guess = (account = email, headers?: Call['headers']) =>
  attempt({ email: account, password: 'not my password' }, headers)
const waitOf = ({ headers }: Answer) => Number(headers.get('retry-after'))

/** Guesses, waiting as long as each refusal asks for, until the window of the account is used up. */
async function useUp(account = email, headers?: Call['headers']): Promise<void> {
  for (let tries = 0; tries < ofAccount;) {
    const answer = await guess(account, headers)
    if (answer.status === 401) tries += 1
    else world.clock.advance(waitOf(answer) * 1_000)
  }
}

describe('A13: guessing the password of an account', () => {
  it('meets 429 with Retry-After within ten tries, and then no hash is computed', async () => {
    const answers: Answer[] = []
    do answers.push(await guess())
    while (answers.at(-1)?.status === 401)
    expect(answers.length).toBeLessThanOrEqual(ofAccount)
    const last = answers.at(-1)
    expect(last).toMatchObject({ status: 429, body: { code: 'too_many_requests' } })
    expect(last?.headers.get('content-type')).toBe('application/problem+json')
    expect(last && waitOf(last)).toBeGreaterThan(0)
    world.hashes.count = 0
    expect((await guess()).status).toBe(429)
    expect((await attempt({ email, password: PASSWORD })).status).toBe(429)
    expect(world.hashes.count).toBe(0)
  })

  it('admits ten tries in fifteen minutes and not one more', async () => {
    const began = world.clock.now()
    await useUp()
    expect(world.clock.now() - began).toBeLessThan(windowMilliseconds)
    const refused = await guess()
    expect(refused.status).toBe(429)
    world.clock.advance(waitOf(refused) * 1_000 - 1)
    expect((await guess()).status).toBe(429)
    world.clock.advance(1)
    expect((await guess()).status).toBe(401)
  })

  it('pauses longer after each failure from the sixth on', async () => {
    const waits: number[] = []
    for (let tries = 1; tries < ofAccount; tries++) {
      expect((await guess()).status).toBe(401)
      if (tries < pausedFrom) continue
      const refused = await guess()
      waits.push(waitOf(refused))
      world.clock.advance(waitOf(refused) * 1_000)
    }
    expect(waits).toEqual([64, 128, longestPauseSeconds, longestPauseSeconds])
  })

  it('stays refused in 20 of 20 further tries, however they are spelled', async () => {
    await useUp()
    const local = email.slice(0, email.indexOf('@'))
    const wrong = { email, password: 'not my password' }
    const spellings: readonly (() => Promise<Answer>)[] = [
      ...['203.0.113.1', '203.0.113.2', '198.51.100.9'].map(
        (address) => () => guess(email, { 'x-forwarded-for': address }),
      ),
      ...['for=203.0.113.1', 'for="[2001:db8::1]"'].map(
        (forwarded) => () => guess(email, { forwarded }),
      ),
      ...['203.0.113.3', '203.0.113.4'].map(
        (address) => () => guess(email, { 'true-client-ip': address }),
      ),
      () => guess(email, { 'x-real-ip': '203.0.113.5' }),
      () => guess(email, { 'x-request-id': 'another-request-1' }),
      () => guess(email, { 'user-agent': 'another' }),
      () => guess(email, { 'idempotency-key': 'another' }),
      () => guess(email.toUpperCase()),
      () => guess(local.toUpperCase() + email.slice(local.length)),
      () => guess(`  ${email}`),
      () => guess(`${email}\t `),
      () => guess(`\u00a0${email}\n`),
      () => attempt(wrong, {}, `${LOGIN}?x=1`),
      () => attempt(wrong, {}, `${LOGIN}?email=nobody@x.example`),
      () => attempt({ ...wrong, cookies: false }),
      () => attempt({ password: 'not my password', email }),
    ]
    expect(spellings.length).toBe(20)
    for (const [index, spell] of spellings.entries())
      expect((await spell()).status, `spelling ${index}`).toBe(429)
  })

  it('takes no body with stray fields, which count as no try either', async () => {
    for (let tries = 0; tries < ofAccount; tries++) {
      const body = { email, password: 'x', ip: `203.0.113.${tries}`, tenantId: 'x' }
      expect((await attempt(body)).status).toBe(422)
    }
    expect((await attempt({ email, password: PASSWORD })).status).toBe(200)
  })

  it('is counted over many isolates: of thirty guesses at once six are admitted', async () => {
    const { hasher } = world.isolate.shared
    const isolates = Array.from({ length: 3 }, () => {
      const isolate = createIsolate(env, world.clock)
      return { ...isolate, shared: { ...isolate.shared, hasher } }
    })
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        send(isolates[index % 3] ?? world.isolate, new URL(LOGIN, world.origin), 'POST', {
          body: { email, password: 'not my password' },
        }),
      ),
    )
    const admitted = answers.filter(({ status }) => status === 401)
    expect(admitted.length).toBe(pausedFrom)
    expect(answers.every(({ status }) => status === 401 || status === 429)).toBe(true)
  })

  it('is refused alike for an account that does not exist', async () => {
    const stranger = 'nobody@x.example'
    for (let tries = 0; tries < pausedFrom; tries++)
      for (const account of [email, stranger]) expect((await guess(account)).status).toBe(401)
    const [known, unknown] = [await guess(email), await guess(stranger)]
    const { instance: _, requestId: __, ...told } = known.body
    expect(unknown.body).toMatchObject(told)
    expect(unknown.status).toBe(known.status)
    expect([...unknown.headers.keys()]).toEqual([...known.headers.keys()])
  })

  it('is refused over GraphQL by the same count', async () => {
    await useUp()
    const query = `mutation { login(email: "${email}", password: "${PASSWORD}") { expiresIn } }`
    const { body } = await world.call('POST', '/graphql', { body: { query } })
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'TOO_MANY_REQUESTS' } }] })
  })

  it('tells the owner once a window by mail, and nobody where there is no account', async () => {
    for (const account of [email, 'nobody@x.example']) await useUp(account)
    const mails = () =>
      rows<{ recipient: string }>(
        "SELECT recipient FROM mail_messages WHERE tenant_id = ? AND name = 'auth/guessing'",
        world.tenantId,
      )
    await world.drain()
    expect(await mails()).toEqual([{ recipient: email }])
    world.clock.advance(windowMilliseconds)
    await useUp()
    await world.drain()
    expect((await mails()).length).toBe(2)
  })

  it('leaves neither address nor password in what is kept of it', async () => {
    const secret = 'a password typed by mistake'
    await attempt({ email: 'typo@x.example', password: secret })
    const tables = ['auth_attempts', 'login_history', 'audit_log', 'outbox']
    const kept = await Promise.all(
      tables.map((table) => rows(`SELECT * FROM ${table} WHERE tenant_id = ?`, world.tenantId)),
    )
    expect(kept.every((found) => found.length > 0)).toBe(true)
    expect(JSON.stringify(kept)).not.toContain(secret)
    expect(JSON.stringify(kept)).not.toContain('typo@x.example')
  })
})

describe('A13: spraying from an address', () => {
  const spray = (index: number, address: string) =>
    guess(`somebody-${index}@x.example`, { 'cf-connecting-ip': address })

  it('meets 429 at the hundred-and-first try, whatever accounts are tried', async () => {
    for (let index = 0; index < ofAddress; index++)
      expect((await spray(index, '203.0.113.7')).status).toBe(401)
    const refused = await spray(ofAddress, '203.0.113.7')
    expect(refused.status).toBe(429)
    expect(waitOf(refused)).toBe(windowMilliseconds / 1_000)
    expect((await spray(ofAddress, '203.0.113.8')).status).toBe(401)
    world.clock.advance(windowMilliseconds)
    expect((await spray(0, '203.0.113.7')).status).toBe(401)
  })

  it('counts an IPv6 address by its /64, in every spelling', async () => {
    const spelled = (index: number) =>
      [
        `2001:db8:1:2::${(index + 1).toString(16)}`,
        `2001:0DB8:0001:0002:0:0:0:${(index + 1).toString(16)}`,
        `2001:db8:1:2:ffff::${(index + 1).toString(16)}`,
      ][index % 3] ?? ''
    for (let index = 0; index < ofAddress; index++)
      expect((await spray(index, spelled(index))).status).toBe(401)
    expect((await spray(ofAddress, '2001:db8:1:2:abcd::1')).status).toBe(429)
    expect((await spray(ofAddress, '2001:db8:1:3::1')).status).toBe(401)
  })

  it('refuses without spending a try of the account that it names', async () => {
    const headers = { 'cf-connecting-ip': '203.0.113.7' }
    for (let index = 0; index < ofAddress; index++) await spray(index, '203.0.113.7')
    for (let index = 0; index < ofAccount; index++)
      expect((await guess(email, headers)).status).toBe(429)
    for (let index = 0; index < pausedFrom; index++) expect((await guess()).status).toBe(401)
  })

  it('counts no log-in that succeeds', async () => {
    const headers = { 'cf-connecting-ip': '203.0.113.7' }
    for (let index = 0; index < ofAddress + 5; index++)
      expect((await attempt({ email, password: PASSWORD }, headers)).status).toBe(200)
  })
})

describe('A14: the owner of an account under attack', () => {
  it('is let in when the window ends, however often it was knocked meanwhile', async () => {
    const began = world.clock.now()
    await useUp()
    while (world.clock.now() < began + windowMilliseconds - 30_000) {
      world.clock.advance(30_000)
      expect((await guess()).status).toBe(429)
    }
    world.clock.advance(began + windowMilliseconds - world.clock.now())
    expect((await attempt({ email, password: PASSWORD })).status).toBe(200)
  })

  it('is the only one who waits: other accounts and other tenants do not', async () => {
    await world.as('customer')
    const other = await createAuthWorld()
    await other.as('manager')
    await useUp()
    expect((await attempt({ email: emailOf(world, 'customer'), password: PASSWORD })).status).toBe(
      200,
    )
    expect((await other.loginAgain(emailOf(other, 'manager'))).user.name).toBe('manager')
  })

  it('starts from nothing after a log-in', async () => {
    for (let round = 0; round < 3; round++) {
      for (let index = 1; index < pausedFrom; index++) expect((await guess()).status).toBe(401)
      expect((await attempt({ email, password: PASSWORD })).status).toBe(200)
    }
  })

  it('spends no try while there is no place for a hash', async () => {
    world.wrapHasher({ verify: () => Promise.reject(new HasherBusyError()) })
    for (let index = 0; index < ofAccount + 5; index++) {
      const answer = await guess()
      expect([answer.status, waitOf(answer)]).toEqual([429, 1])
    }
    world.wrapHasher({ verify: async () => true })
    expect((await attempt({ email, password: PASSWORD })).status).toBe(200)
  })
})

describe('counts of attempts', () => {
  it('are swept when their window has ended', async () => {
    await guess()
    await guess('nobody@x.example')
    const count = () =>
      rows('SELECT count(*) AS n FROM auth_attempts WHERE tenant_id = ?', world.tenantId)
    expect(await count()).toEqual([{ n: 2 }])
    world.clock.advance(windowMilliseconds + 1)
    await guess()
    for (const sweep of attemptSweeps) await sweep.run(world.deps(), world.clock.now(), 500)
    expect(await count()).toEqual([{ n: 1 }])
  })
})

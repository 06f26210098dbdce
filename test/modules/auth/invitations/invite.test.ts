import { beforeAll, describe, expect, it } from 'vitest'
import type { Invitation } from '../../../../src/modules/auth/invitations/types.ts'
import { categoriesTo, everythingKept, mailsTo } from '../account/support.ts'
import { eventsOf, rows } from '../support.ts'
import { DAY, type Host, INVITATIONS, createHost } from './support.ts'

let host: Host

beforeAll(async () => {
  host = await createHost()
})

/** Gives a new user of the tenant a role that may do exactly this, and logs in. */
async function userWho(permissions: string[], name: string): Promise<string> {
  const { world } = host
  const root = (await world.login('super_admin')).accessToken
  const grants = permissions.map((permission) => ({ permission }))
  const role = { slug: name, name, description: '', grants }
  await world.call('POST', '/api/v1/rbac/roles', { token: root, body: role })
  const user = { email: host.at(name), name, password: 'a quiet green river', roles: [name] }
  await world.call('POST', '/api/v1/auth/users', { token: root, body: user })
  return (await world.loginAgain(host.at(name), user.password)).accessToken
}

describe('an invitation', () => {
  it('goes out by mail in two round trips, and its token nowhere else', async () => {
    const answer = await host.invite('Grace', ['manager', 'customer', 'manager'])
    const now = host.world.clock.now()
    expect(answer).toMatchObject({
      status: 201,
      trips: 2,
      body: {
        email: host.at('grace'),
        name: '',
        roles: ['customer', 'manager'],
        state: 'pending',
        invitedBy: (await host.world.as('admin')).userId,
        userId: null,
        version: 1,
        expiresAt: new Date(now + 7 * DAY).toISOString(),
      },
    })
    expect(answer.headers.get('location')).toBe(`${INVITATIONS}/${answer.body.id}`)
    const kept = await everythingKept(host.world)
    const token = await host.tokenOf('grace')
    expect(answer.text + kept + (await everythingKept(host.world))).not.toContain(token)
    expect(await eventsOf(host.world.tenantId)).toContainEqual(
      expect.objectContaining({ type: 'auth.invitation.created' }),
    )
  })

  it('has a mail in the languages of the platform that says where the link leads', async () => {
    const [mail] = await mailsTo(host.world, host.at('grace'))
    expect(mail).toMatchObject({ category: 'auth/invitation' })
    expect(mail?.text).toContain('/account/invitation#token=')
    expect(mail?.text).toContain('15 minutes')
  })

  it('is made once while it is open, and once for a repeated idempotency key', async () => {
    const call = () =>
      host.world.call('POST', INVITATIONS, {
        token: host.admin,
        body: { email: host.at('twice'), roles: ['customer'] },
        headers: { 'idempotency-key': 'twice' },
      })
    const answers = [await call(), await call()]
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    expect(answers[0]?.text).toBe(answers[1]?.text)
    expect(await host.invite('twice')).toMatchObject({
      status: 409,
      body: { code: 'auth.already_invited' },
    })
    expect(await categoriesTo(host.world, host.at('twice'))).toEqual(['auth/invitation'])
  })

  it('of one address asked for by two at once is one', async () => {
    const answers = await Promise.all([host.invite('both'), host.invite('both')])
    expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([
      201, 409,
    ])
  })

  it('carries no role beyond the inviter’s own, and none that the tenant lacks', async () => {
    expect(await host.invite('wide', ['super_admin'])).toMatchObject({
      status: 403,
      body: { code: 'rbac.grant_too_wide' },
    })
    expect(await host.invite('odd', ['customer', 'constructor'])).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/roles/1' }] },
    })
    const inviter = await userWho(['users:invite', 'posts:read'], 'inviter')
    expect((await host.invite('narrow', ['manager'], inviter)).status).toBe(403)
    expect((await host.invite('narrow', ['inviter'], inviter)).status).toBe(201)
  })

  it('to a known address is refused to who may read users, and tells others nothing', async () => {
    const email = (await host.world.login('customer')).user.email
    const [name = ''] = email.split('@')
    expect(await host.invite(name)).toMatchObject({
      status: 409,
      body: { code: 'auth.email_taken' },
    })
    const blind = await userWho(['users:invite'], 'blind')
    const [known, unknown] = [
      await host.invite(name, ['blind'], blind),
      await host.invite('stranger', ['blind'], blind),
    ]
    expect([known.status, known.trips]).toEqual([unknown.status, unknown.trips])
    expect(Object.keys(known.body)).toEqual(Object.keys(unknown.body))
    expect(await categoriesTo(host.world, email)).toContain('auth/address-used')
    expect(await categoriesTo(host.world, email)).not.toContain('auth/invitation')
  })

  it('is for nobody without the permission, and of another tenant is not there', async () => {
    const { body } = await host.invite('mine')
    const manager = (await host.world.login('manager')).accessToken
    const other = await createHost()
    const foreign = { id: body.id, token: other.admin }
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/resend'],
      ['POST', '/revoke'],
    ] as const) {
      const target = `${INVITATIONS}/${body.id}${path}`
      expect((await host.world.call(method, target, { token: manager })).status).toBe(403)
      expect((await host.world.call(method, target)).status).toBe(401)
      expect((await other.world.call(method, target, { token: foreign.token })).status).toBe(404)
    }
  })
})

describe('the list of invitations', () => {
  it('shows each state, newest first, a page at a time, in one trip', async () => {
    const fresh = await createHost()
    const ids: string[] = []
    for (const name of ['expired', 'accepted', 'revoked', 'open']) {
      ids.push((await fresh.invite(name)).body.id)
    }
    const [expired = '', accepted = '', revoked = '', open = ''] = ids
    await fresh.on(revoked, 'revoke')
    await fresh.accept(await fresh.tokenOf('accepted'))
    await rows('UPDATE invitations SET expires_at = 1 WHERE id = ? RETURNING id', expired)
    const page = (query: string) =>
      fresh.world.call<{ items: Invitation[]; nextCursor: string | null }>(
        'GET',
        `${INVITATIONS}${query}`,
        { token: fresh.admin },
      )
    for (const [state, id] of Object.entries({ expired, accepted, revoked, pending: open })) {
      const { body, trips } = await page(`?state=${state}`)
      expect(trips).toBe(1)
      expect(body.items.map((item) => [item.id, item.state])).toEqual([[id, state]])
    }
    const first = await page('?limit=3')
    expect(first.body.items.map(({ id }) => id)).toEqual([open, revoked, accepted])
    const second = await page(`?limit=3&cursor=${first.body.nextCursor}`)
    expect(second.body).toMatchObject({ items: [{ id: expired }], nextCursor: null })
    expect((await page(`?state=pending&cursor=${first.body.nextCursor}`)).status).toBe(422)
  })
})

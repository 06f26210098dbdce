import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { OTHER_PASSWORD, categoriesTo, configure } from '../account/support.ts'
import { eventsOf, rows } from '../support.ts'
import { DAY, type Host, INVITATIONS, MINUTE, createHost } from './support.ts'

let host: Host

beforeAll(async () => {
  host = await createHost()
})

const invalid = { status: 400, body: { code: 'auth.invalid_token' } }

/** Invites somebody and answers the id and the token of the mail. */
async function invited(name: string, roles?: string[], of = host) {
  const { body, status, text } = await of.invite(name, roles)
  if (status !== 201) throw new Error(text)
  return { id: body.id, token: await of.tokenOf(name) }
}

const usersAt = (name: string) =>
  rows('SELECT id FROM users WHERE tenant_id = ? AND email = ?', host.world.tenantId, host.at(name))

describe('an invitation that is accepted', () => {
  it('makes a user with the roles and a verified address, in two trips and one hash', async () => {
    const { world, admin } = host
    await configure(world, admin, { emailVerification: 'required' })
    const { id, token } = await invited('grace', ['manager'])
    world.hashes.count = 0
    expect(await host.accept(token)).toMatchObject({
      status: 201,
      trips: 2,
      body: { status: 'created' },
    })
    expect(world.hashes.count).toBe(1)
    const { user } = await world.loginAgain(host.at('grace'), OTHER_PASSWORD)
    expect(user).toMatchObject({ name: 'Grace', roles: ['manager'] })
    const shown = await world.call('GET', `${INVITATIONS}/${id}`, { token: admin })
    expect(shown.body).toMatchObject({ state: 'accepted', userId: user.id, version: 2 })
    expect(await categoriesTo(world, host.at('grace'))).toEqual(['auth/invitation', 'auth/welcome'])
    const types = (await eventsOf(world.tenantId)).map(({ type }) => type)
    expect(types).toContain('auth.invitation.accepted')
    expect(types).toContain('auth.user.created')
    const [entry] = await rows(
      'SELECT actor_kind, action, changes FROM audit_log WHERE tenant_id = ? AND target_id = ?',
      world.tenantId,
      user.id,
    )
    expect(entry).toEqual({
      actor_kind: 'anonymous',
      action: 'auth.invitation.accepted',
      changes: JSON.stringify({ invitationId: { after: id }, roles: { after: ['manager'] } }),
    })
  })

  it('A12: is accepted once', async () => {
    const { token } = await invited('once')
    expect((await host.accept(token)).status).toBe(201)
    expect(await host.accept(token)).toMatchObject(invalid)
  })

  it('A12: makes one user when it is accepted twice at once', async () => {
    const { token } = await invited('race')
    const answers = await Promise.all([host.accept(token), host.accept(token)])
    expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([
      201, 400,
    ])
    expect(await usersAt('race')).toHaveLength(1)
  })

  it('is refused with a weak password, which leaves the link good', async () => {
    const { token } = await invited('weak')
    expect(await host.accept(token, { password: 'password1' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/password' }] },
    })
    expect((await host.accept(token)).status).toBe(201)
  })

  it('says so when there is an account by then', async () => {
    const { token } = await invited('faster')
    const body = {
      email: host.at('faster'),
      name: 'x',
      password: OTHER_PASSWORD,
      roles: ['customer'],
    }
    await host.world.call('POST', '/api/v1/auth/users', { token: host.admin, body })
    expect(await host.accept(token)).toMatchObject({
      status: 409,
      body: { code: 'auth.email_taken' },
    })
  })

  it('takes no roles from who accepts', async () => {
    const { token } = await invited('greedy', ['customer'])
    expect((await host.accept(token, { roles: ['admin'] })).status).toBe(422)
    expect(await usersAt('greedy')).toHaveLength(0)
  })
})

describe('the link of an invitation', () => {
  let fresh: Host
  beforeEach(async () => {
    fresh = await createHost()
  })

  it('A12: works for 15 minutes and not a millisecond longer, and costs no hash then', async () => {
    const { token } = await invited('late', ['manager'], fresh)
    const { clock, hashes } = fresh.world
    clock.advance(15 * MINUTE)
    hashes.count = 0
    expect(await fresh.accept(token)).toMatchObject(invalid)
    expect(await fresh.accept('A'.repeat(43))).toMatchObject(invalid)
    expect(hashes.count).toBe(0)
  })

  it('A12: is worth nothing for another purpose, for another tenant and with a letter changed', async () => {
    const { token } = await invited('strict', ['manager'], fresh)
    const other = await createHost()
    expect(await other.accept(token)).toMatchObject(invalid)
    const changed = (token.startsWith('A') ? 'B' : 'A') + token.slice(1)
    expect(await fresh.accept(changed)).toMatchObject(invalid)
    for (const path of ['verification/confirm', 'email/confirm']) {
      const answer = await fresh.world.call('POST', `/api/v1/auth/${path}`, { body: { token } })
      expect(answer).toMatchObject(invalid)
    }
    expect((await fresh.accept(token)).status).toBe(201)
  })

  it('is dead once the invitation was sent again or taken back', async () => {
    const again = await invited('again', ['manager'], fresh)
    expect(await fresh.on(again.id, 'resend')).toMatchObject({ status: 200, trips: 2 })
    expect(await fresh.accept(again.token)).toMatchObject(invalid)
    expect((await fresh.accept(await fresh.tokenOf('again'))).status).toBe(201)
    const back = await invited('back', ['manager'], fresh)
    expect(await fresh.on(back.id, 'revoke')).toMatchObject({ body: { state: 'revoked' } })
    expect(await fresh.accept(back.token)).toMatchObject(invalid)
    expect(await fresh.on(back.id, 'revoke')).toMatchObject({ status: 200, body: { version: 2 } })
    expect(await fresh.on(back.id, 'resend')).toMatchObject({
      status: 409,
      body: { code: 'auth.invitation_closed' },
    })
    expect(await fresh.on(again.id, 'revoke')).toMatchObject({
      status: 409,
      body: { code: 'auth.invitation_closed' },
    })
  })

  it('too old is followed by another one to the invited address, five an hour', async () => {
    const { token } = await invited('slow', ['manager'], fresh)
    fresh.world.clock.advance(2 * DAY)
    const answer = await fresh.renew(token)
    expect(answer).toMatchObject({ status: 202, body: { status: 'accepted' } })
    const renewed = await fresh.tokenOf('slow')
    expect(renewed).not.toBe(token)
    for (let times = 0; times < 6; times++) await fresh.renew(token)
    expect(await categoriesTo(fresh.world, fresh.at('slow'))).toHaveLength(6)
    expect(await fresh.accept(renewed)).toMatchObject(invalid)
    expect((await fresh.accept(await fresh.tokenOf('slow'))).status).toBe(201)
    expect((await fresh.renew(token)).text).toBe(answer.text)
    expect((await fresh.renew('A'.repeat(43))).text).toBe(answer.text)
    expect(await categoriesTo(fresh.world, fresh.at('slow'))).toHaveLength(7)
  })

  it('leads to no other once the invitation’s own time is over, until it is sent again', async () => {
    const { id, token } = await invited('never', ['manager'], fresh)
    fresh.world.clock.advance(7 * DAY)
    await fresh.renew(token)
    expect(await categoriesTo(fresh.world, fresh.at('never'))).toHaveLength(1)
    const admin = (await fresh.world.login('admin')).accessToken
    expect((await fresh.on(id, 'resend', admin)).status).toBe(200)
    expect((await fresh.accept(await fresh.tokenOf('never'))).status).toBe(201)
  })

  it('is sent five times an hour by administrators', async () => {
    const { id } = await invited('often', ['customer'], fresh)
    for (let times = 0; times < 4; times++) expect((await fresh.on(id, 'resend')).status).toBe(200)
    const refused = await fresh.on(id, 'resend')
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('3600')
  })
})

describe('the roles of an invitation are looked at again when it is accepted', () => {
  const role = { slug: 'editor', name: 'Editor', description: '' }
  const read = { permission: 'users:read' }

  it('and one that the tenant lacks by then makes it worthless', async () => {
    const fresh = await createHost()
    const root = (await fresh.world.login('super_admin')).accessToken
    const call = (method: string, path: string, body?: object) =>
      fresh.world.call(method, `/api/v1/rbac/roles${path}`, {
        token: root,
        headers: { 'if-match': '*' },
        ...(body && { body }),
      })
    await call('POST', '', { ...role, grants: [read] })
    const { token } = await invited('gone', ['customer', 'editor'], fresh)
    expect((await call('DELETE', '/editor')).status).toBe(204)
    expect(await fresh.accept(token)).toMatchObject(invalid)
    await fresh.renew(token)
    expect(await categoriesTo(fresh.world, fresh.at('gone'))).toHaveLength(1)
  })

  it('and one that permits more than the inviter may by then makes it worthless', async () => {
    const fresh = await createHost()
    const root = (await fresh.world.login('super_admin')).accessToken
    const call = (method: string, path: string, body: object) =>
      fresh.world.call(method, `/api/v1/rbac/roles${path}`, {
        token: root,
        headers: { 'if-match': '*' },
        body,
      })
    await call('POST', '', { ...role, grants: [read] })
    const { token } = await invited('more', ['editor'], fresh)
    await call('PATCH', '/editor', { grants: [read, { permission: 'roles:sync' }] })
    expect(await fresh.accept(token)).toMatchObject(invalid)
  })

  it('and an inviter who was disabled or lost the roles makes it worthless', async () => {
    const fresh = await createHost()
    const root = (await fresh.world.login('super_admin')).accessToken
    const { userId } = await fresh.world.as('admin')
    const { id, token } = await invited('orphan', ['manager'], fresh)
    const headers = { 'if-match': '*' }
    const put = (roles: string[]) =>
      fresh.world.call('PUT', `/api/v1/auth/users/${userId}/roles`, {
        token: root,
        headers,
        body: { roles },
      })
    await put(['customer'])
    expect(await fresh.accept(token)).toMatchObject(invalid)
    await put(['admin'])
    const body = { status: 'disabled' }
    await fresh.world.call('PATCH', `/api/v1/auth/users/${userId}`, { token: root, headers, body })
    expect(await fresh.accept(token)).toMatchObject(invalid)
    expect(await fresh.on(id, 'resend', root)).toMatchObject({ status: 200 })
    expect((await fresh.accept(await fresh.tokenOf('orphan'))).status).toBe(201)
  })
})

describe('an invitation and who it was for', () => {
  it('are forgotten when the user is deleted', async () => {
    const { token } = await invited('forget')
    await host.accept(token)
    const { accessToken } = await host.world.loginAgain(host.at('forget'), OTHER_PASSWORD)
    const body = { password: OTHER_PASSWORD }
    const path = '/api/v1/auth/delete'
    expect((await host.world.call('POST', path, { token: accessToken, body })).status).toBe(204)
    const left = await rows('SELECT id FROM invitations WHERE email = ?', host.at('forget'))
    expect(left).toEqual([])
  })
})

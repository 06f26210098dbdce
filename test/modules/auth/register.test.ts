import { beforeAll, describe, expect, it } from 'vitest'
import { type AuthWorld, createAuthWorld, eventsOf, rows } from './support.ts'

const REGISTER = '/api/v1/auth/register'
const password = 'a quiet green river'

describe('registration', () => {
  let world: AuthWorld
  beforeAll(async () => {
    world = await createAuthWorld()
    const { accessToken } = await world.login('admin')
    const opened = await world.call('PATCH', '/api/v1/tenant/modules/auth', {
      token: accessToken,
      body: { settings: { registrationEnabled: true } },
    })
    if (opened.status !== 200) throw new Error(`the setting was refused: ${opened.text}`)
  })
  const register = (email: string, more: object = {}) =>
    world.call(`POST`, REGISTER, { body: { email, name: 'Ada', password, ...more } })

  it('is closed until the tenant opens it', async () => {
    const closed = await createAuthWorld()
    const body = { email: 'ada@x.example', name: 'Ada', password }
    const answer = await closed.call('POST', REGISTER, { body })
    expect(answer).toMatchObject({ status: 403, body: { code: 'auth.registration_closed' } })
    expect(closed.hashes.count).toBe(0)
    expect(await rows('SELECT id FROM users WHERE tenant_id = ?', closed.tenantId)).toEqual([])
  })

  it('makes a customer, who can log in', async () => {
    expect(await register('Ada@New.example')).toMatchObject({
      status: 202,
      body: { status: 'accepted' },
    })
    const { user } = await world.loginAgain('ada@new.example', password)
    expect(user).toMatchObject({ email: 'ada@new.example', name: 'Ada', roles: ['customer'] })
    expect(await eventsOf(world.tenantId)).toContainEqual({
      type: 'auth.user.registered',
      version: 1,
      payload: JSON.stringify({ userId: user.id }),
    })
  })

  it('does the same work and answers the same for a known address, which keeps its password', async () => {
    const seen = []
    for (const email of [
      'twice@x.example',
      'twice@x.example',
      'TWICE@x.example',
      'thrice@x.example',
    ]) {
      world.hashes.count = 0
      const again = seen.length > 0
      const { status, text, trips, headers } = await register(
        email,
        again ? { password: 'some green words' } : {},
      )
      const names = [...headers.keys()]
      seen.push({ status, text, trips, names, hashes: world.hashes.count })
    }
    const [first] = seen
    expect(first).toMatchObject({ status: 202, trips: 2, hashes: 1 })
    for (const other of seen) expect(other).toEqual(first)
    expect((await world.loginAgain('twice@x.example', password)).user.name).toBe('Ada')
    await expect(world.loginAgain('twice@x.example', 'some green words')).rejects.toThrow('401')
  })

  it('opens no session', async () => {
    const sessions = () => rows('SELECT count(*) FROM sessions WHERE tenant_id = ?', world.tenantId)
    const before = await sessions()
    await register('quiet@x.example')
    expect(await sessions()).toEqual(before)
  })

  it.each([
    ['Password1', 'most common'],
    ['short', '>=8'],
    ['my rustok password', 'must not hold'],
    ['weak.local-99', 'must not hold'],
  ])('refuses the password %s', async (weak, reason) => {
    const answer = await register('weak.local@x.example', { password: weak })
    const errors = [{ pointer: '/password', detail: expect.stringContaining(reason) }]
    expect(answer).toMatchObject({ status: 422, body: { errors } })
  })

  it.each([
    { roles: ['admin'] },
    { role: 'admin' },
    { status: 'active' },
    { id: 'x' },
    { securityVersion: 9 },
  ])('takes nothing but address, name and password: %j', async (stray) => {
    const answer = await register('stray@x.example', stray)
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ detail: 'is not known' }] } })
  })

  it.each(['', '   ', 'a\nb', 'a\u0000b', 'x'.repeat(201)])('refuses the name %j', async (name) => {
    const answer = await register('name@x.example', { name })
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/name' }] } })
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import { PASSWORD } from '../../../support/world.ts'
import type { SignedIn } from '../../../../src/modules/auth/types.ts'
import { type AuthWorld, createAuthWorld, emailOf } from '../support.ts'
import { lastMailTo } from './support.ts'

const CHANGE = '/api/v1/auth/password'
const NEW_PASSWORD = 'seven slow brown bears'

let world: AuthWorld
beforeAll(async () => {
  world = await createAuthWorld()
})

const change = (token: string, currentPassword: string, newPassword: string) =>
  world.call<SignedIn>('POST', CHANGE, { token, body: { currentPassword, newPassword } })
const statusOf = async (token: string) =>
  (await world.call('GET', '/api/v1/auth/me', { token })).status
const refreshOf = async (refreshToken: string) =>
  (await world.call('POST', '/api/v1/auth/refresh', { body: { refreshToken } })).status

describe('a changed password', () => {
  it('A10: ends the other sessions and every token in use at once, and gives new ones to this session', async () => {
    const here = await world.login('customer')
    const there = await world.loginAgain(emailOf(world, 'customer'))
    const answer = await change(here.accessToken, PASSWORD, NEW_PASSWORD)
    expect(answer).toMatchObject({ status: 200, trips: 2 })
    for (const { accessToken } of [here, there]) expect(await statusOf(accessToken)).toBe(401)
    expect(await refreshOf(there.refreshToken)).toBe(401)
    expect(await statusOf(answer.body.accessToken)).toBe(200)
    expect(await refreshOf(answer.body.refreshToken)).toBe(200)
    await expect(world.loginAgain(emailOf(world, 'customer'))).rejects.toThrow('401')
    await world.loginAgain(emailOf(world, 'customer'), NEW_PASSWORD)
  })

  it('A18: is told by mail, which holds no password', async () => {
    const { accessToken } = await world.login('manager')
    await change(accessToken, PASSWORD, NEW_PASSWORD)
    const mail = await lastMailTo(world, emailOf(world, 'manager'))
    expect(mail.category).toBe('auth/password-changed')
    expect(mail.text + mail.html).not.toContain(NEW_PASSWORD)
  })

  it('makes the old refresh token of the session one that was stolen', async () => {
    const own = await createAuthWorld()
    const here = await own.login('customer')
    const body = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }
    await own.call('POST', CHANGE, { token: here.accessToken, body })
    const refresh = { body: { refreshToken: here.refreshToken } }
    expect(await own.call('POST', '/api/v1/auth/refresh', refresh)).toMatchObject({ status: 401 })
  })

  it('A18: needs the password that is in force, and follows the rules for new ones', async () => {
    const { accessToken } = await world.login('admin')
    const wrong = await change(accessToken, 'not the password', NEW_PASSWORD)
    expect(wrong).toMatchObject({ status: 403, body: { code: 'auth.wrong_password' } })
    const weak = await change(accessToken, PASSWORD, 'Password1')
    expect(weak).toMatchObject({ status: 422, body: { errors: [{ pointer: '/newPassword' }] } })
    expect(await statusOf(accessToken)).toBe(200)
  })

  it('lets nobody guess the password by it', async () => {
    const own = await createAuthWorld()
    const { accessToken: token } = await own.login('admin')
    const body = { currentPassword: 'not the password', newPassword: NEW_PASSWORD }
    const statuses: number[] = []
    own.hashes.count = 0
    for (let count = 0; count < 12; count++) {
      statuses.push((await own.call('POST', CHANGE, { token, body })).status)
    }
    expect(new Set(statuses)).toEqual(new Set([403, 429]))
    expect(statuses.at(-1)).toBe(429)
    expect(own.hashes.count).toBe(statuses.filter((status) => status === 403).length)
  })
})

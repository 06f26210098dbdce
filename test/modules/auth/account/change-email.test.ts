import { beforeAll, describe, expect, it } from 'vitest'
import { PASSWORD } from '../../../support/world.ts'
import { type AuthWorld, createAuthWorld, emailOf } from '../support.ts'
import { categoriesTo, lastMailTo, mailsTo, tokenIn } from './support.ts'

const CHANGE = '/api/v1/auth/email'
const CONFIRM = '/api/v1/auth/email/confirm'
const invalid = { status: 400, body: { code: 'auth.invalid_token' } }

let world: AuthWorld
beforeAll(async () => {
  world = await createAuthWorld()
})

const wish = (token: string, email: string, password = PASSWORD) =>
  world.call('POST', CHANGE, { token, body: { email, password } })
const confirm = (token: string) => world.call('POST', CONFIRM, { body: { token } })

describe('a changed address', () => {
  it('A18: is taken by the link that went to the new one, and the old one is told', async () => {
    const { accessToken, user } = await world.login('customer')
    const next = `next@${world.slug}.example`
    expect(await wish(accessToken, next)).toMatchObject({ status: 202, trips: 2 })
    await world.loginAgain(emailOf(world, 'customer'))
    const answer = await confirm(tokenIn(await lastMailTo(world, next)))
    expect(answer).toMatchObject({ status: 200, body: { status: 'changed' }, trips: 2 })
    expect(await lastMailTo(world, emailOf(world, 'customer'))).toMatchObject({
      category: 'auth/email-changed',
    })
    await expect(world.loginAgain(emailOf(world, 'customer'))).rejects.toThrow('401')
    expect((await world.loginAgain(next)).user.id).toBe(user.id)
    const old = await world.call('GET', '/api/v1/auth/me', { token: accessToken })
    expect(old.status).toBe(401)
    expect(await world.eventsOf(user.id)).toContain('auth.user.email_changed')
  })

  it('A18: needs the password', async () => {
    const { accessToken } = await world.login('manager')
    const answer = await wish(accessToken, `no@${world.slug}.example`, 'not the password')
    expect(answer).toMatchObject({ status: 403, body: { code: 'auth.wrong_password' } })
    expect(await mailsTo(world, `no@${world.slug}.example`)).toEqual([])
  })

  it('A1: is answered alike for an address of somebody else, who is told', async () => {
    const { accessToken } = await world.login('admin')
    await world.login('super_admin')
    const taken = emailOf(world, 'super_admin')
    const shapes = []
    for (const email of [`free@${world.slug}.example`, taken]) {
      const { status, text, trips, headers } = await wish(accessToken, email)
      shapes.push({ status, text, trips, names: [...headers.keys()].toSorted() })
    }
    expect(shapes[1]).toEqual(shapes[0])
    expect(await categoriesTo(world, taken)).toContain('auth/address-used')
    expect(await categoriesTo(world, taken)).not.toContain('auth/change-email')
  })

  it('is refused when somebody else has taken the address meanwhile', async () => {
    const own = await createAuthWorld()
    const email = `wanted@${own.slug}.example`
    const tokens: string[] = []
    for (const role of ['customer', 'manager'] as const) {
      const { accessToken: token } = await own.login(role)
      await own.call('POST', CHANGE, { token, body: { email, password: PASSWORD } })
      tokens.push(tokenIn(await lastMailTo(own, email)))
    }
    const [first, second] = tokens.map((token) => ({ body: { token } }))
    expect(await own.call('POST', CONFIRM, first)).toMatchObject({ status: 200 })
    expect(await own.call('POST', CONFIRM, second)).toMatchObject(invalid)
  })

  it('D8: is offered by five mails an hour at most', async () => {
    const own = await createAuthWorld()
    const { accessToken: token } = await own.login('customer')
    const statuses: number[] = []
    for (let count = 0; count < 6; count++) {
      const email = `target-${count}@${own.slug}.example`
      const body = { email, password: PASSWORD }
      statuses.push((await own.call('POST', CHANGE, { token, body })).status)
    }
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429])
  })
})

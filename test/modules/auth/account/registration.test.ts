import { beforeAll, describe, expect, it } from 'vitest'
import type { AuthWorld } from '../support.ts'
import { createWorld } from '../../../support/world.ts'
import {
  OTHER_PASSWORD,
  categoriesTo,
  createOpenWorld,
  lastMailTo,
  mailsTo,
  register,
  tokenIn,
} from './support.ts'

const HOUR = 3_600_000

describe('A1: registration tells nobody whether an address is known', () => {
  let world: AuthWorld
  beforeAll(async () => {
    world = await createOpenWorld()
  })

  it('answers a known and an unknown address alike, after one read, one hash and one commit', async () => {
    const shapes = []
    for (const email of ['alike@x.example', 'alike@x.example', 'ALIKE@x.example']) {
      world.hashes.count = 0
      const body = { email, name: 'Ada', password: OTHER_PASSWORD }
      const { status, text, trips, headers } = await world.call('POST', '/api/v1/auth/register', {
        body,
      })
      const names = [...headers.keys()].toSorted()
      shapes.push({ status, text, trips, names, hashes: world.hashes.count })
    }
    expect(shapes[0]).toMatchObject({ status: 202, trips: 2, hashes: 1 })
    expect(shapes[1]).toEqual(shapes[0])
    expect(shapes[2]).toEqual(shapes[0])
  })

  it('welcomes a new address with a link, and tells the owner of a known one', async () => {
    const email = await register(world, 'owner')
    await register(world, 'owner')
    const [welcome, told] = await mailsTo(world, email)
    expect(welcome).toMatchObject({ category: 'auth/welcome' })
    expect(welcome?.html).toContain(`href="http://${world.slug}.localhost/account/verify#token=`)
    expect(told).toMatchObject({ category: 'auth/address-used' })
    expect(told?.text).not.toContain('token=')
  })

  it('tells the owner once an hour, however often somebody tries', async () => {
    const email = await register(world, 'often')
    for (let count = 0; count < 3; count++) await register(world, 'often')
    expect(await categoriesTo(world, email)).toEqual(['auth/welcome', 'auth/address-used'])
    world.clock.advance(HOUR)
    await register(world, 'often')
    expect(await categoriesTo(world, email)).toHaveLength(3)
  })

  it('makes one account of two registrations at once', async () => {
    const both = await Promise.all([register(world, 'race'), register(world, 'race')])
    expect(both[0]).toBe(both[1])
    const sql = 'SELECT id FROM users WHERE tenant_id = ? AND email = ?'
    expect(await world.rows(sql, world.tenantId, both[0])).toHaveLength(1)
  })
})

describe('the link of a mail', () => {
  it('leads to the page that the tenant has named', async () => {
    const world = await createOpenWorld({ accountUrl: 'https://shop.example/my/' })
    const mail = await lastMailTo(world, await register(world, 'shop'))
    expect(mail.text).toContain(`https://shop.example/my/verify#token=${tokenIn(mail)}`)
  })

  it.each(['http://shop.example', 'https://shop.example/?a=b', 'javascript:alert(1)'])(
    'leads nowhere else: %s is refused',
    async (accountUrl) => {
      const admin = await (await createWorld()).as('admin')
      const path = '/api/v1/tenant/modules/auth'
      const response = await admin.fetch('PATCH', path, { body: { settings: { accountUrl } } })
      expect(response.status).toBe(422)
    },
  )

  it('is never made from the Host header', async () => {
    const world = await createOpenWorld()
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
    const mail = await lastMailTo(world, await register(world, 'host', headers))
    expect(mail.text + mail.html).not.toContain('evil.example')
  })
})

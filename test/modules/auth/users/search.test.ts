import { beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../../../src/modules/auth/types.ts'
import { type AuthWorld, createAuthWorld, rows } from '../support.ts'

const USERS = '/api/v1/auth/users'
const MANY = 2_000

let world: AuthWorld
let token: string

beforeAll(async () => {
  world = await createAuthWorld()
  token = (await world.login('admin')).accessToken
  for (const [name, roles, email] of [
    ['Ёлка Иванова', ['manager'], 'elka'],
    ['ADA Lovelace', ['manager'], 'countess'],
    ['Grace Hopper', ['customer', 'manager'], 'adamant'],
    ['Percent % Under_', ['customer'], 'percent'],
  ] as const) {
    const body = { email: `${email}@x.example`, name, password: 'a quiet green river', roles }
    await world.call('POST', USERS, { token, body })
  }
  await rows(
    `INSERT INTO users (tenant_id, id, email, name, name_key, password_hash, status, version, security_version, created_at, updated_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
     SELECT ?1, '00-' || printf('%05d', i), 'm' || i || '@many.example', 'Many ' || i, 'many ' || i, 'x', 'active', 1, 1, 0, 0 FROM n`,
    world.tenantId,
    MANY,
  )
})

async function find(query: Record<string, string>) {
  const search = new URLSearchParams(query).toString()
  const { status, body, headers, trips } = await world.call<{
    items: User[]
    nextCursor: string | null
  }>('GET', `${USERS}?${search}`, { token })
  const read = /db-rows-read;desc="(\d+)"/.exec(headers.get('server-timing') ?? '')?.[1]
  return {
    status,
    trips,
    names: body.items?.map(({ name }) => name),
    cursor: body.nextCursor,
    read: Number(read),
  }
}

describe('users', () => {
  it('are found by how the address or the name begins, whatever the case and the script', async () => {
    const found = await find({ search: 'aDa' })
    expect(found.names).toEqual(['Grace Hopper', 'ADA Lovelace'])
    expect(found.trips).toBe(1)
    expect(found.read).toBeLessThan(50)
    expect((await find({ search: 'ёл' })).names).toEqual(['Ёлка Иванова'])
    expect((await find({ search: 'lovelace' })).names).toEqual([])
  })

  it('are found by the name that they have after a change', async () => {
    const { body } = await world.call<{ items: User[] }>('GET', `${USERS}?search=percent`, {
      token,
    })
    const path = `${USERS}/${body.items[0]?.id}`
    const headers = { 'if-match': '*' }
    await world.call('PATCH', path, { token, headers, body: { name: 'Quotient' } })
    expect((await find({ search: 'quot' })).names).toEqual(['Quotient'])
    await world.call('PATCH', path, { token, headers, body: { name: 'Percent % Under_' } })
  })

  it('are not found by patterns, and nothing in the text is SQL', async () => {
    for (const search of ['%', '_', '*', "'", 'a%', '" OR 1=1']) {
      expect(await find({ search })).toMatchObject({ status: 200, names: [] })
    }
    expect((await find({ search: ' ' })).status).toBe(422)
    expect((await find({ search: 'x'.repeat(255) })).status).toBe(422)
  })

  it('are filtered by role and status together with a search', async () => {
    expect((await find({ role: 'manager' })).names).toEqual([
      'Grace Hopper',
      'ADA Lovelace',
      'Ёлка Иванова',
    ])
    expect((await find({ role: 'customer', search: 'ada' })).names).toEqual(['Grace Hopper'])
    expect((await find({ role: 'manager', status: 'disabled' })).names).toEqual([])
    expect((await find({ role: 'manager', status: 'active', search: 'e' })).names).toEqual([
      'Ёлка Иванова',
    ])
    expect((await find({ role: 'nobody' })).names).toEqual([])
  })

  it('of a role are read alone, however many others there are', async () => {
    const found = await find({ role: 'manager', status: 'active' })
    expect(found.names).toHaveLength(3)
    expect(found.read).toBeLessThan(50)
  })

  it('are walked by pages under every filter', async () => {
    for (const filter of [{ role: 'manager' }, { search: 'ada' }, { status: 'active' }]) {
      const first = await find({ ...filter, limit: '1' })
      const second = await find({ ...filter, limit: '1', cursor: first.cursor ?? '' })
      expect([first.names?.[0], second.names?.[0]]).toEqual((await find(filter)).names?.slice(0, 2))
      expect((await find({ search: 'other', cursor: first.cursor ?? '' })).status).toBe(422)
    }
  })

  it('whom a short text begins are searched among the first thousand addresses and names', async () => {
    const { names, read, cursor } = await find({ search: 'm', limit: '100' })
    expect(names).toHaveLength(100)
    expect(cursor).not.toBeNull()
    expect(read).toBeLessThan(5_000)
  })
})

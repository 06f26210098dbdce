import { beforeAll, describe, expect, it } from 'vitest'
import { sha256 } from '../../../src/kernel/digest.ts'
import { limits } from '../../../src/kernel/limits.ts'
import { apiKeysModule } from '../../../src/modules/api-keys/index.ts'
import type { KeyDto, NewKeyDto } from '../../../src/modules/api-keys/schemas.ts'
import { contentsOf } from '../../suites/support/database.ts'
import { PASSWORD, type World, createWorld } from '../../support/world.ts'
import { DAY, later, makeKey, outcomeOf } from './support.ts'

let world: World

beforeAll(async () => {
  world = await createWorld()
})

const make = async (body: Readonly<Record<string, unknown>>) =>
  outcomeOf(
    await (
      await world.as('admin')
    ).fetch('POST', '/api/v1/keys', {
      body: { name: 'Import', scopes: ['posts:create'], ...body },
    }),
  )

describe('a new key', () => {
  it('is shown once: no list, row, event, audit entry or mail holds it, and one column its hash', async () => {
    const admin = await world.as('admin')
    const made = await makeKey(world)
    const rotated = await admin.json<NewKeyDto>('POST', `/api/v1/keys/${made.id}/rotate`, {
      body: {},
    })
    const read = await admin.json('GET', `/api/v1/keys/${made.id}`)
    const list = await admin.json('GET', '/api/v1/keys')
    const stored = await contentsOf([world.tenantId])
    for (const { key } of [made, rotated]) {
      const secret = key.slice(50, 90)
      for (const text of [stored, JSON.stringify(read), JSON.stringify(list)])
        expect(text).not.toContain(secret)
      expect(stored.split(await sha256(key))).toHaveLength(2)
    }
    expect(read).toMatchObject({ prefix: made.key.slice(0, 12), replacedBy: rotated.id })
  })

  it('lives 90 days, and what it may do and from where is told', async () => {
    const made = await makeKey(world, { allowedAddresses: ['192.0.2.9/24', '2001:DB8::1'] })
    expect(made).toMatchObject({
      expiresAt: later(world, 90 * DAY),
      endsAt: later(world, 90 * DAY),
      scopes: ['posts:create', 'posts:read', 'posts:update', 'users:read'],
      allowedAddresses: ['192.0.2.0/24', '2001:db8::1'],
      lastUsedAt: null,
      version: 1,
    })
  })

  it('is announced to its maker by mail and to others by an event', async () => {
    const { id } = await makeKey(world)
    expect(await world.eventsOf(id)).toEqual(['keys.key.created'])
    expect(await world.auditOf(id)).toEqual(['keys.key.created'])
    const mails = await world.rows<{ recipient: string }>(
      'SELECT recipient FROM mail_messages WHERE tenant_id = ? AND dedupe_key = ?',
      world.tenantId,
      `keys/created:${id}`,
    )
    expect(mails).toEqual([{ recipient: `admin@${world.slug}.example` }])
  })

  it('has no scope that its maker lacks', async () => {
    const manager = await world.as('manager')
    const body = { name: 'Wide', scopes: ['posts:create', 'users:read'] }
    const response = await manager.fetch('POST', '/api/v1/keys', { body })
    expect(await outcomeOf(response)).toBe('403 rbac.grant_too_wide')
  })

  it.each([
    ['a scope that is no permission', { scopes: ['posts:fly'] }],
    ['a scope that needs a session', { scopes: ['keys:create'] }],
    ['no scope', { scopes: [] }],
    ['no name', { name: ' ' }],
    ['a name with control characters', { name: 'a\u0000b' }],
    ['a name that is too long', { name: 'x'.repeat(limits.keys.name + 1) }],
    ['an end that is past', { expiresAt: '2020-01-01T00:00:00Z' }],
    ['an end more than a year away', { expiresAt: '2999-01-01T00:00:00Z' }],
    ['no end, which the tenant does not allow', { expiresAt: null }],
    ['an address that is none', { allowedAddresses: ['localhost'] }],
    ['too many addresses', { allowedAddresses: Array(51).fill('192.0.2.1') }],
    ['another maker', { userId: '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11' }],
  ])('is refused for %s', async (_, body) => expect(await make(body)).toBe('422 invalid_input'))

  it('has no end where the tenant allows it', async () => {
    const own = await createWorld()
    const admin = await own.as('admin')
    await admin.json('PATCH', '/api/v1/tenant/modules/keys', {
      body: { settings: { endlessKeys: true } },
    })
    expect(await makeKey(own, { expiresAt: null })).toMatchObject({ expiresAt: null, endsAt: null })
  })

  it('is the last one that a user may have', async () => {
    const own = await createWorld()
    for (let count = 0; count < limits.keys.perUser; count++) await makeKey(own)
    const admin = await own.as('admin')
    const body = { name: 'One more', scopes: ['posts:create'] }
    const more = () => admin.fetch('POST', '/api/v1/keys', { body })
    expect(await outcomeOf(await more())).toBe('409 keys.too_many')
    const { items } = await admin.json<{ items: KeyDto[] }>('GET', '/api/v1/keys?limit=1')
    const full = await admin.fetch('POST', `/api/v1/keys/${items[0]?.id}/rotate`, { body: {} })
    expect(await outcomeOf(full)).toBe('409 keys.too_many')
    await admin.json('POST', `/api/v1/keys/${items[0]?.id}/revoke`)
    expect(await outcomeOf(await more())).toBe('201')
    // Another user has a hundred of its own.
    expect(await makeKey(own, { scopes: ['posts:create'] }, 'manager')).toMatchObject({
      version: 1,
    })
  })
})

describe('the keys of others', () => {
  it('are listed for an administrator and hidden from a manager, who sees and ends its own', async () => {
    const manager = await world.as('manager')
    const admin = await world.as('admin')
    const theirs = await makeKey(world)
    const own = await makeKey(world, { scopes: ['posts:create'] }, 'manager')
    const listed = async (client: typeof admin) => {
      const { items } = await client.json<{ items: KeyDto[] }>('GET', '/api/v1/keys?limit=100')
      return items.map(({ id }) => id)
    }
    expect(await listed(admin)).toEqual(expect.arrayContaining([theirs.id, own.id]))
    expect(await listed(manager)).toEqual([own.id])
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/revoke'],
      ['POST', '/rotate'],
    ] as const) {
      const body = path === '/rotate' ? { body: {} } : {}
      const response = await manager.fetch(method, `/api/v1/keys/${theirs.id}${path}`, body)
      expect(await outcomeOf(response)).toBe('403 forbidden')
    }
    const revoked = await manager.fetch('POST', `/api/v1/keys/${own.id}/revoke`)
    expect(await outcomeOf(revoked)).toBe('200')
  })

  it('can be ended and narrowed by an administrator, and rotated by nobody but their maker', async () => {
    const admin = await world.as('admin')
    const { id } = await makeKey(world, { scopes: ['posts:create', 'posts:update'] }, 'manager')
    const rotated = await admin.fetch('POST', `/api/v1/keys/${id}/rotate`, { body: {} })
    expect(await outcomeOf(rotated)).toBe('403 forbidden')
    const patch = (scopes: string[]) =>
      admin.fetch('PATCH', `/api/v1/keys/${id}`, { body: { scopes }, headers: { 'if-match': '*' } })
    expect(await outcomeOf(await patch(['posts:create']))).toBe('200')
    expect(await outcomeOf(await patch(['posts:create', 'posts:update']))).toBe(
      '403 rbac.grant_too_wide',
    )
    expect(await outcomeOf(await admin.fetch('POST', `/api/v1/keys/${id}/revoke`))).toBe('200')
    expect(await outcomeOf(await patch(['posts:create']))).toBe('409 keys.ended')
    expect(await world.eventsOf(id)).toEqual([
      'keys.key.created',
      'keys.key.updated',
      'keys.key.revoked',
    ])
  })
})

describe('the keys of a user', () => {
  it('are erased when the user has deleted the account', async () => {
    const own = await createWorld()
    await makeKey(own, { scopes: ['posts:create'] }, 'manager')
    const kept = await makeKey(own)
    const manager = await own.as('manager')
    const closed = await manager.fetch('POST', '/api/v1/auth/delete', {
      body: { password: PASSWORD },
    })
    expect(await outcomeOf(closed)).toMatch(/^20/)
    await own.drain()
    const rows = await own.rows('SELECT id FROM api_keys WHERE tenant_id = ?', own.tenantId)
    expect(rows).toEqual([{ id: kept.id }])
  })

  it('are swept 90 days after they have ended, and not before', async () => {
    const own = await createWorld()
    const admin = await own.as('admin')
    const [ended, living] = [
      await makeKey(own),
      await makeKey(own, { expiresAt: later(own, 200 * DAY) }),
    ]
    await admin.json('POST', `/api/v1/keys/${ended.id}/revoke`)
    const sweep = () =>
      apiKeysModule.sweeps[0]?.run(own.deps(), own.clock.now(), 1_000) ?? Promise.resolve(0)
    const there = async () => {
      const sql = 'SELECT id FROM api_keys WHERE tenant_id = ? ORDER BY id'
      return (await own.rows<{ id: string }>(sql, own.tenantId)).map(({ id }) => id)
    }
    own.clock.advance(90 * DAY)
    await sweep()
    expect(await there()).toEqual([ended.id, living.id])
    own.clock.advance(1)
    await sweep()
    expect(await there()).toEqual([living.id])
  })
})

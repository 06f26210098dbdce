import { beforeEach, describe, expect, it, vi } from 'vitest'
import { sha256 } from '../../../src/kernel/digest.ts'
import { serve } from '../../../src/app/fetch.ts'
import { setUserRoles } from '../../../src/modules/auth/users/service/set-user-roles.ts'
import { updateUser } from '../../../src/modules/auth/users/service/update-user.ts'
import { findKey, noteKeyUse } from '../../../src/modules/api-keys/index.ts'
import { keyText, readKeyText } from '../../../src/modules/api-keys/domain.ts'
import type { KeyDto, NewKeyDto } from '../../../src/modules/api-keys/schemas.ts'
import { type World, createWorld } from '../../support/world.ts'
import {
  DAY,
  type Program,
  anotherIsolate,
  later,
  makeKey,
  newPost,
  outcomeOf,
  programOf,
  tripsOf,
  withKey,
} from './support.ts'

const USERS = '/api/v1/auth/users'
const POSTS = '/api/v1/blog/posts'

let world: World

/** Batches that went to the database. */
let batches = 0

beforeEach(async () => {
  world = await createWorld({
    wrapDriver: (driver) => ({
      batch: (...call) => {
        batches += 1
        return driver.batch(...call)
      },
    }),
  })
})

const reads = async (program: Omit<Program, 'id'>, headers = {}) =>
  outcomeOf(await program.fetch('GET', USERS, { headers }))
const writes = async (program: Omit<Program, 'id'>) =>
  outcomeOf(await program.fetch('POST', POSTS, newPost()))

describe('a request by a key', () => {
  it('is decided on its scopes, and what it makes is its maker’s and told of as the key’s', async () => {
    const program = await programOf(world, { scopes: ['posts:create', 'posts:read'] })
    const response = await program.fetch('POST', POSTS, newPost())
    expect(response.status).toBe(201)
    const { id } = await response.json<{ id: string }>()
    const admin = await world.as('admin')
    const [row] = await world.rows('SELECT created_by FROM blog_posts WHERE id = ?', id)
    expect(row).toEqual({ created_by: admin.userId })
    for (const table of ['audit_log WHERE target_id', 'outbox WHERE aggregate_id']) {
      const [told] = await world.rows(`SELECT actor_kind, actor_id FROM ${table} = ?`, id)
      expect(told).toEqual({ actor_kind: 'key', actor_id: program.id })
    }
    expect(await reads(program)).toBe('403 forbidden')
  })

  it('reaches what is its maker’s own where the maker reaches no more', async () => {
    const scopes = ['posts:create', 'posts:update', 'posts:read']
    const program = await programOf(world, { scopes }, 'manager')
    const own = await (await world.as('manager')).json<{ id: string }>('POST', POSTS, newPost())
    const theirs = await (await world.as('admin')).json<{ id: string }>('POST', POSTS, newPost())
    const rename = async ({ id }: { id: string }) =>
      outcomeOf(
        await program.fetch('PATCH', `${POSTS}/${id}`, {
          body: { title: 'Other' },
          headers: { 'if-match': '*' },
        }),
      )
    expect(await rename(own)).toBe('200')
    expect(await rename(theirs)).toBe('403 forbidden')
  })

  it('costs one round trip more at its first use in an isolate, and none later', async () => {
    const program = await programOf(world)
    const trips = []
    for (let count = 0; count < 4; count++) trips.push(tripsOf(await program.fetch('GET', USERS)))
    expect(trips).toEqual([2, 1, 1, 1])
    expect(tripsOf(await program.fetch('POST', POSTS, newPost()))).toBe(1)
    const graphql = { body: { query: '{ users { items { id } } }' } }
    expect(tripsOf(await program.fetch('POST', '/graphql', graphql))).toBe(1)
    world.clock.advance(300_000)
    expect(tripsOf(await program.fetch('GET', USERS))).toBe(2)
  })

  it('spends the budget and the idempotency keys of the key', async () => {
    const [one, two] = [await programOf(world), await programOf(world)]
    const posts = [newPost(), newPost()]
    const send = (program: Program, which: number) => {
      const headers = { 'idempotency-key': 'once' }
      return program.fetch('POST', POSTS, { ...posts[which], headers })
    }
    const first = await (await send(one, 0)).text()
    expect(await (await send(one, 0)).text()).toBe(first)
    expect(await outcomeOf(await send(one, 1))).toBe('422 idempotency_mismatch')
    expect(await outcomeOf(await send(two, 1))).toBe('201')
    const remaining = async (program: Program) =>
      Number(
        /r=(\d+)/.exec((await program.fetch('GET', USERS)).headers.get('ratelimit') ?? '')?.[1],
      )
    expect((await remaining(one)) - (await remaining(one))).toBe(1)
    expect(await remaining(two)).toBeGreaterThan(await remaining(one))
  })

  it('is noted with its instant and address, behind the answer and once a minute', async () => {
    const program = await programOf(world)
    const admin = await world.as('admin')
    const used = async () => {
      const { lastUsedAt, lastUsedAddress, version } = await admin.json<KeyDto>(
        'GET',
        `/api/v1/keys/${program.id}`,
      )
      return { lastUsedAt, lastUsedAddress, version }
    }
    const from = (address: string) => ({ headers: { 'cf-connecting-ip': address } })
    expect(await used()).toMatchObject({ lastUsedAt: null })
    const first = later(world, 0)
    await program.fetch('GET', USERS, from('192.0.2.1'))
    await vi.waitFor(async () => expect(await used()).toMatchObject({ lastUsedAt: first }))
    world.clock.advance(59_999)
    await program.fetch('GET', USERS, from('192.0.2.2'))
    world.clock.advance(1)
    const second = later(world, 0)
    await program.fetch('GET', USERS, from('192.0.2.3'))
    await vi.waitFor(async () =>
      expect(await used()).toEqual({
        lastUsedAt: second,
        lastUsedAddress: '192.0.2.3',
        version: 1,
      }),
    )
  })

  it('is noted once a minute also by isolates that know nothing of one another', async () => {
    const { key } = await makeKey(world)
    const name = readKeyText(key)
    if (!name) throw new Error('the key is not a key')
    const now = world.clock.now()
    const found = await findKey(world.deps(), name, await sha256(key), now)
    if (found.kind !== 'live') throw new Error('the key does not live')
    for (const [address, later] of [
      ['192.0.2.1', 0],
      ['192.0.2.2', 59_999],
    ] as const)
      await noteKeyUse(world.deps(), found.record, address, now + later)
    const [row] = await world.rows(
      'SELECT last_used_at, last_used_address FROM api_keys WHERE id = ?',
      name.keyId,
    )
    expect(row).toEqual({ last_used_at: now, last_used_address: '192.0.2.1' })
  })
})

describe('a key that does not work', () => {
  it('is refused without a look at the database when it is mistyped', async () => {
    const { key } = await makeKey(world)
    const mistyped = key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A')
    const swapped = `${key.slice(0, 40)}${key.charAt(41)}${key.charAt(40)}${key.slice(42)}`
    for (const wrong of [mistyped, swapped, key.slice(0, 50), 'rtk_', `${key}x`]) {
      batches = 0
      const response = await withKey(world, wrong).fetch('GET', USERS)
      expect(response.headers.get('www-authenticate')).toContain('Bearer')
      expect(await outcomeOf(response)).toBe('401 unauthenticated')
      expect(batches).toBe(0)
    }
  })

  it('costs one look at the database when nobody has made it, and none when it is tried again', async () => {
    const { key } = await makeKey(world)
    const named = readKeyText(key)
    if (!named) throw new Error('the key is not a key')
    const forged = withKey(world, keyText(named, new Uint8Array(32)))
    await reads(withKey(world, key))
    batches = 0
    expect(await reads(forged)).toBe('401 unauthenticated')
    expect(batches).toBe(1)
    expect(await reads(forged)).toBe('401 unauthenticated')
    expect(batches).toBe(1)
    expect(await reads(withKey(world, key))).toBe('200')
  })

  it('is refused at the host of another tenant as if that tenant were not there', async () => {
    const other = await createWorld()
    const { key } = await makeKey(other)
    expect(await reads(withKey(world, key))).toBe('404 tenant.not_found')
    const named = withKey(other, key)
    const headers = { 'x-tenant-id': world.tenantId }
    expect(await reads(named, headers)).toBe('404 tenant.not_found')
    expect(await reads(named)).toBe('200')
  })

  it('is refused at once after it is revoked, for reading, writing and both over GraphQL', async () => {
    const admin = await world.as('admin')
    for (const use of [
      reads,
      writes,
      async ({ graphql }: Omit<Program, 'id'>) =>
        (await graphql('{ users { items { id } } }')).codes.join() || '200',
      async ({ graphql }: Omit<Program, 'id'>) =>
        (
          await graphql('mutation { createPost(input: { title: "A", body: "B" }) { id } }')
        ).codes.join() || '201',
    ]) {
      const program = await programOf(world)
      expect(await use(program)).toMatch(/^20/)
      await admin.json('POST', `/api/v1/keys/${program.id}/revoke`)
      expect((await use(program)).toLowerCase()).toMatch(/^(401 )?unauthenticated$/)
      expect((await use(program)).toLowerCase()).toMatch(/^(401 )?unauthenticated$/)
    }
  })

  it('is refused from the instant on at which it expires', async () => {
    const program = await programOf(world, { expiresAt: later(world, DAY) })
    world.clock.advance(DAY - 1)
    expect(await reads(program)).toBe('200')
    expect(await writes(program)).toBe('201')
    world.clock.advance(1)
    expect(await reads(program)).toBe('401 unauthenticated')
    expect(await writes(program)).toBe('401 unauthenticated')
  })

  it('rests while its maker is disabled', async () => {
    const program = await programOf(world, {}, 'admin')
    const { userId: id = '' } = await world.as('admin')
    // The last administrator stays.
    await world.as('super_admin')
    const change = async (status: 'active' | 'disabled') =>
      updateUser(world.deps(), await world.system(), { id, status, version: '*' })
    expect(await reads(program)).toBe('200')
    await change('disabled')
    expect(await reads(program)).toBe('401 unauthenticated')
    expect(await writes(program)).toBe('401 unauthenticated')
    await change('active')
    expect(await reads(program)).toBe('200')
  })
})

describe('an allow-list of addresses', () => {
  const from = (address: string) => ({ 'cf-connecting-ip': address })

  it('lets the key work from there and from nowhere else', async () => {
    const program = await programOf(world, { allowedAddresses: ['192.0.2.0/24', '2001:db8::/32'] })
    for (const inside of ['192.0.2.77', '::ffff:192.0.2.77', '2001:db8:ffff::1'])
      expect(await reads(program, from(inside)), inside).toBe('200')
    for (const outside of ['192.0.3.1', '2001:db9::1', 'unknown'])
      expect(await reads(program, from(outside)), outside).toBe('403 keys.address_refused')
    expect(await reads(program)).toBe('403 keys.address_refused')
    const spoofed = { ...from('192.0.3.1'), 'x-forwarded-for': '192.0.2.77' }
    expect(await reads(program, spoofed)).toBe('403 keys.address_refused')
  })

  it('counts at once when it is changed, and tells nothing of a key that is revoked', async () => {
    const program = await programOf(world)
    const admin = await world.as('admin')
    const path = `/api/v1/keys/${program.id}`
    const allow = (allowedAddresses: string[]) =>
      admin.json('PATCH', path, { body: { allowedAddresses }, headers: { 'if-match': '*' } })
    expect(await reads(program, from('192.0.3.1'))).toBe('200')
    await allow(['192.0.2.1'])
    expect(await reads(program, from('192.0.3.1'))).toBe('403 keys.address_refused')
    expect(await reads(program, from('192.0.2.1'))).toBe('200')
    await admin.json('POST', `${path}/revoke`)
    expect(await reads(program, from('192.0.3.1'))).toBe('401 unauthenticated')
  })
})

describe('what its maker may do bounds a key', () => {
  it('from the next request on after the maker’s roles have changed', async () => {
    const program = await programOf(world)
    const { userId: id = '' } = await world.as('admin')
    await world.as('super_admin')
    const give = async (roles: string[]) =>
      setUserRoles(world.deps(), await world.system(), { id, roles, version: '*' })
    expect(await reads(program)).toBe('200')
    await give(['manager'])
    expect(await reads(program)).toBe('403 forbidden')
    expect(await writes(program)).toBe('201')
    await give(['customer'])
    // A write that reads nothing before finds out by its own commit.
    expect(await writes(program)).toBe('403 forbidden')
    await give(['admin'])
    expect(await reads(program)).toBe('200')
    expect(tripsOf(await program.fetch('GET', USERS))).toBe(1)
  })

  it('also in an isolate that has known the key before', async () => {
    const program = await programOf(world)
    const other = anotherIsolate(world)
    const there = async () =>
      outcomeOf(
        await serve(
          other,
          new Request(`${world.origin}${USERS}`, {
            headers: { authorization: `Bearer ${program.key}` },
          }),
        ),
      )
    expect(await there()).toBe('200')
    await (await world.as('admin')).json('POST', `/api/v1/keys/${program.id}/revoke`)
    expect(await there()).toBe('401 unauthenticated')
  })
})

describe('a rotated key', () => {
  it('works on for the overlap, while its heir works already', async () => {
    const admin = await world.as('admin')
    const old = await programOf(world, { allowedAddresses: [] })
    expect(await reads(old)).toBe('200')
    const rotate = () =>
      admin.fetch('POST', `/api/v1/keys/${old.id}/rotate`, { body: { overlapSeconds: 3_600 } })
    const heir = await (await rotate()).json<NewKeyDto>()
    expect(heir.id).not.toBe(old.id)
    expect(await reads(old)).toBe('200')
    expect(await reads(withKey(world, heir.key))).toBe('200')
    expect(await outcomeOf(await rotate())).toBe('409 keys.ended')
    world.clock.advance(3_600_000)
    expect(await reads(old)).toBe('401 unauthenticated')
    expect(await reads(withKey(world, heir.key))).toBe('200')
    expect(await world.eventsOf(old.id)).toEqual(['keys.key.created', 'keys.key.rotated'])
    expect(await world.eventsOf(heir.id)).toEqual(['keys.key.created'])
  })

  it('ends at once without an overlap, and the overlap is a week at most', async () => {
    const admin = await world.as('admin')
    const old = await programOf(world)
    const rotate = async (overlapSeconds: number) =>
      outcomeOf(
        await admin.fetch('POST', `/api/v1/keys/${old.id}/rotate`, { body: { overlapSeconds } }),
      )
    expect(await rotate(604_801)).toBe('422 invalid_input')
    expect(await rotate(-1)).toBe('422 invalid_input')
    expect(await rotate(0)).toBe('201')
    expect(await reads(old)).toBe('401 unauthenticated')
  })

  it('has one heir when it is rotated twenty times at once', async () => {
    const admin = await world.as('admin')
    const old = await makeKey(world)
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () =>
        outcomeOf(await admin.fetch('POST', `/api/v1/keys/${old.id}/rotate`, { body: {} })),
      ),
    )
    expect(answers.filter((answer) => answer === '201')).toHaveLength(1)
    for (const answer of answers) expect(answer).toMatch(/^(201|409 .*)$/)
    const rows = await world.rows('SELECT id FROM api_keys WHERE tenant_id = ?', world.tenantId)
    expect(rows).toHaveLength(2)
  })
})

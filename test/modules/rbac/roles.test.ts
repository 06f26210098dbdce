import { beforeAll, describe, expect, it } from 'vitest'
import { modules } from '../../../src/app/modules.ts'
import type { PermissionEntry, Role } from '../../../src/modules/rbac/schemas.ts'
import { syncSystemRoles } from '../../../src/modules/rbac/index.ts'
import { type AuthWorld, createAuthWorld, eventsOf, rows } from '../auth/support.ts'

interface Page<Item> {
  readonly items: Item[]
  readonly nextCursor: string | null
}

const ROLES = '/api/v1/rbac/roles'
const PERMISSIONS = '/api/v1/rbac/permissions'

describe('roles', () => {
  let world: AuthWorld
  let token: string
  beforeAll(async () => {
    world = await createAuthWorld()
    token = (await world.login('admin')).accessToken
  })

  it('are listed by slug, a page at a time, in one trip', async () => {
    const first = await world.call<Page<Role>>('GET', `${ROLES}?limit=3`, { token })
    expect(first).toMatchObject({ status: 200, trips: 1 })
    expect(first.body.items.map(({ slug }) => slug)).toEqual(['admin', 'customer', 'manager'])
    const path = `${ROLES}?limit=3&cursor=${first.body.nextCursor}`
    const second = await world.call<Page<Role>>('GET', path, { token })
    expect(second.body).toMatchObject({ items: [{ slug: 'super_admin' }], nextCursor: null })
  })

  it('are read one by one', async () => {
    const { body } = await world.call<Role>('GET', `${ROLES}/super_admin`, { token })
    expect(body).toMatchObject({ slug: 'super_admin', isSystem: true, version: 1 })
    expect(body.grants).toContainEqual({ permission: 'roles:sync' })
    for (const slug of ['owner', 'constructor', '..']) {
      expect((await world.call('GET', `${ROLES}/${slug}`, { token })).status).toBe(404)
    }
  })

  it('hold what the modules declare for them: the matrix names every permission', async () => {
    const found: PermissionEntry[] = []
    for (let cursor = ''; ;) {
      const { body, trips } = await world.call<Page<PermissionEntry>>(
        'GET',
        `${PERMISSIONS}?limit=7${cursor}`,
        { token },
      )
      expect(trips).toBe(1)
      found.push(...body.items)
      if (body.nextCursor === null) break
      cursor = `&cursor=${body.nextCursor}`
    }
    const declared = modules.flatMap((module) => module.permissions)
    expect(found.map(({ name }) => name)).toEqual(declared.map(({ name }) => name).sort())
    for (const { name, roles, ownRoles } of declared) {
      const entry = found.find((candidate) => candidate.name === name)
      const whole = roles.map((role) => ({ role }))
      const own = ownRoles.map((role) => ({ role, own: true }))
      const byRole = (left: { role: string }, right: { role: string }) =>
        left.role < right.role ? -1 : 1
      expect(entry?.grants).toEqual([...whole, ...own].sort(byRole))
    }
  })

  it('are shown to nobody without the permission', async () => {
    const manager = (await world.login('manager')).accessToken
    for (const path of [ROLES, `${ROLES}/admin`, PERMISSIONS]) {
      expect((await world.call('GET', path, { token: manager })).status).toBe(403)
      expect((await world.call('GET', path)).status).toBe(401)
    }
  })
})

describe('bringing the seeded roles up to a release', () => {
  it('adds what they lack, once, and moves the version of the tenant', async () => {
    const world = await createAuthWorld()
    const token = (await world.login('admin')).accessToken
    const { tenantId } = world
    const read = async () => (await world.call('GET', ROLES, { token })).status
    const version = async () => {
      const [tenant] = await rows('SELECT version FROM tenants WHERE id = ?', tenantId)
      return Number(tenant?.['version'])
    }
    const withdrawn = `DELETE FROM role_permissions WHERE tenant_id = ? AND permission = 'roles:read'`
    await rows(withdrawn, tenantId)
    await rows('UPDATE tenants SET version = version + 1 WHERE id = ?', tenantId)
    expect(await read()).toBe(403)
    const before = await version()
    const sync = async () => syncSystemRoles(world.deps(), await world.system())
    expect(await sync()).toEqual({ added: { super_admin: ['roles:read'], admin: ['roles:read'] } })
    expect(await version()).toBe(before + 1)
    expect(await read()).toBe(200)
    const events = await eventsOf(tenantId)
    expect(events.filter(({ type }) => type === 'rbac.role.permissions_added')).toHaveLength(2)
    expect(await sync()).toEqual({ added: {} })
    expect(await version()).toBe(before + 1)
    expect(await eventsOf(tenantId)).toEqual(events)
  })

  it('leaves what an operator added', async () => {
    const world = await createAuthWorld()
    await world.as('customer')
    const extra = [world.tenantId, 'customer', 'reports:read'] as const
    await rows(
      'INSERT INTO role_permissions (tenant_id, role, permission) VALUES (?, ?, ?)',
      ...extra,
    )
    await syncSystemRoles(world.deps(), await world.system())
    const held = await rows(
      'SELECT permission FROM role_permissions WHERE tenant_id = ? AND role = ?',
      extra[0],
      extra[1],
    )
    expect(held).toContainEqual({ permission: 'reports:read' })
  })

  it('is a task of super administrators', async () => {
    const world = await createAuthWorld()
    const root = (await world.login('super_admin')).accessToken
    const admin = (await world.login('admin')).accessToken
    const run = (token: string) =>
      world.call('POST', '/api/v1/rbac/tasks/sync', { token, body: {} })
    expect(await run(root)).toMatchObject({ status: 200, body: { added: {} } })
    expect((await run(admin)).status).toBe(403)
  })
})

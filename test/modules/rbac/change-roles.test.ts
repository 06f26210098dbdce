import { beforeAll, describe, expect, it } from 'vitest'
import { limits } from '../../../src/kernel/limits.ts'
import { type World, createWorld } from '../../support/world.ts'
import { writeOther } from '../blog/support.ts'
import { anyVersion, personOf, personWith } from './support.ts'

const ROLES = '/api/v1/rbac/roles'
const drafts = { permission: 'posts:read', statuses: ['draft'] }

let world: World

beforeAll(async () => {
  world = await createWorld()
})

const statusAndCode = async (response: Response) => {
  const { code, errors } = await response.json<{ code: string; errors?: { pointer: string }[] }>()
  return [response.status, code, ...(errors ?? []).map(({ pointer }) => pointer)]
}

describe('a role of a tenant’s own', () => {
  it('is made, changed and deleted, each with its event and its audit row', async () => {
    const admin = await world.as('admin')
    const body = { slug: 'reader', name: 'Reader', grants: [drafts] }
    const made = await admin.fetch('POST', ROLES, { body })
    expect(made.status).toBe(201)
    expect(made.headers.get('location')).toBe(`${ROLES}/reader`)
    expect(await made.json()).toEqual({ ...body, description: '', isSystem: false, version: 1 })
    const changed = await admin.json('PATCH', `${ROLES}/reader`, {
      body: { name: 'Draft reader', grants: [{ permission: 'posts:read' }] },
      headers: { 'if-match': '"1"' },
    })
    expect(changed).toMatchObject({ name: 'Draft reader', version: 2 })
    expect(await admin.json('GET', `${ROLES}/reader`)).toEqual(changed)
    const gone = await admin.fetch('DELETE', `${ROLES}/reader`, { headers: { 'if-match': '"2"' } })
    expect(gone.status).toBe(204)
    expect((await admin.fetch('GET', `${ROLES}/reader`)).status).toBe(404)
    const actions = ['created', 'updated', 'deleted'].map((word) => `rbac.role.${word}`)
    expect(await world.auditOf('reader')).toEqual(actions)
    const [id] = await world.rows<{ id: string }>(
      "SELECT DISTINCT aggregate_id AS id FROM outbox WHERE tenant_id = ? AND payload LIKE '%reader%'",
      world.tenantId,
    )
    expect(await world.eventsOf(id?.id ?? '')).toEqual(actions)
    expect((await admin.fetch('POST', ROLES, { body })).status).toBe(201)
  })

  it('is told apart by its slug, and replaced by the version that was seen', async () => {
    const admin = await world.as('admin')
    const body = { slug: 'twin', name: 'Twin', grants: [] }
    await admin.json('POST', ROLES, { body })
    expect(await statusAndCode(await admin.fetch('POST', ROLES, { body }))).toEqual([
      409,
      'rbac.slug_taken',
    ])
    const seen = async (version: string) =>
      statusAndCode(
        await admin.fetch('PATCH', `${ROLES}/twin`, { body: {}, headers: { 'if-match': version } }),
      )
    expect(await seen('"7"')).toEqual([412, 'precondition_failed'])
    expect((await admin.fetch('PATCH', `${ROLES}/twin`, { body: {} })).status).toBe(428)
    expect((await admin.fetch('DELETE', `${ROLES}/nobody`, { headers: anyVersion })).status).toBe(
      404,
    )
  })

  it('names what no module declares by its place', async () => {
    const admin = await world.as('admin')
    const pointer = async (grant: object) =>
      statusAndCode(
        await admin.fetch('POST', ROLES, {
          body: { slug: 'wrong', name: 'Wrong', grants: [drafts, grant] },
        }),
      )
    const wrong = (at: string) => [422, 'invalid_input', `/grants/1/${at}`]
    expect(await pointer({ permission: 'posts:fly' })).toEqual(wrong('permission'))
    expect(await pointer({ permission: 'users:read', own: true })).toEqual(wrong('own'))
    expect(await pointer({ ...drafts, statuses: ['lost'] })).toEqual(wrong('statuses/0'))
    expect(await pointer({ ...drafts, statuses: [] })).toEqual(wrong('statuses'))
    expect(await pointer({ ...drafts, fields: ['excerpt', 'createdBy'] })).toEqual(
      wrong('fields/1'),
    )
    expect(await pointer({ ...drafts, tenantId: 'x' })).toEqual(wrong('tenantId'))
  })

  it('is one of so many of a tenant', async () => {
    const crowded = await createWorld()
    const admin = await crowded.as('admin')
    const make = (at: number) =>
      admin.fetch('POST', ROLES, { body: { slug: `r${at}`, name: 'R', grants: [] } })
    for (let count = 4; count < limits.rbac.roles; count++)
      expect((await make(count)).status).toBe(201)
    expect(await statusAndCode(await make(limits.rbac.roles))).toEqual([409, 'rbac.too_many_roles'])
  })
})

describe('nobody grants what they lack', () => {
  it('by a new role, by a changed one, or by a wider rule', async () => {
    const held = { permission: 'posts:update', statuses: ['draft'], fields: ['title'] }
    const rights = ['create', 'update', 'delete'].map((word) => ({ permission: `roles:${word}` }))
    const maker = await personWith(world, held, ...rights)
    let count = 0
    const make = async (grant: object) => {
      count += 1
      const slug = `of_maker_${count}`
      const { status, body } = await maker.call('POST', ROLES, {
        body: { slug, name: 'Made', grants: [grant] },
      })
      return [status, body['code']]
    }
    const refused = [403, 'rbac.grant_too_wide']
    expect(await make(held)).toEqual([201, undefined])
    expect(await make({ ...held, own: true })).toEqual([201, undefined])
    expect(await make({ permission: 'posts:update' })).toEqual(refused)
    expect(await make({ permission: 'posts:update', statuses: ['draft'] })).toEqual(refused)
    expect(await make({ ...held, fields: ['title', 'body'] })).toEqual(refused)
    expect(await make({ ...held, statuses: ['published'] })).toEqual(refused)
    expect(await make({ permission: 'posts:delete' })).toEqual(refused)
    const wider = await personWith(world, { permission: 'posts:delete' })
    for (const [method, body] of [
      ['PATCH', { grants: [] }],
      ['DELETE', undefined],
    ] as const) {
      const call = { headers: anyVersion, ...(body && { body }) }
      const answer = await maker.call(method, `${ROLES}/${wider.role}`, call)
      expect([answer.status, answer.body['code']]).toEqual(refused)
    }
  })

  it('not even an administrator, who lacks what only super administrators hold', async () => {
    const admin = await world.as('admin')
    const body = { slug: 'sync', name: 'Sync', grants: [{ permission: 'roles:sync' }] }
    expect(await statusAndCode(await admin.fetch('POST', ROLES, { body }))).toEqual([
      403,
      'rbac.grant_too_wide',
    ])
  })
})

describe('a change of what a role permits', () => {
  it('counts at the next request of those who have it, with the token that they hold', async () => {
    const root = await world.as('super_admin')
    const { id } = await writeOther(root, { title: 'Secret' })
    const reader = await personWith(world)
    const read = async () => (await reader.call('GET', `/api/v1/blog/posts/${id}`)).status
    const permit = (...grants: object[]) =>
      root.json('PATCH', `${ROLES}/${reader.role}`, { body: { grants }, headers: anyVersion })
    expect(await read()).toBe(404)
    await permit(drafts)
    expect(await read()).toBe(200)
    await permit({ permission: 'posts:read', statuses: ['archived'] })
    expect(await read()).toBe(404)
  })
})

describe('a role that is needed', () => {
  it('is not deleted while somebody has it', async () => {
    const root = await world.as('super_admin')
    const holder = await personWith(world)
    const remove = () => root.fetch('DELETE', `${ROLES}/${holder.role}`, { headers: anyVersion })
    expect(await statusAndCode(await remove())).toEqual([409, 'rbac.role_in_use'])
    expect((await holder.call('GET', '/api/v1/authz/can?permission=posts:read')).status).toBe(200)
    await root.json('PUT', `/api/v1/auth/users/${holder.userId}/roles`, {
      body: { roles: ['customer'] },
      headers: anyVersion,
    })
    expect((await remove()).status).toBe(204)
  })

  it('is not changed when every tenant starts with it, so the last administrator stays one', async () => {
    const root = await world.as('super_admin')
    for (const slug of ['super_admin', 'admin', 'manager', 'customer']) {
      const path = `${ROLES}/${slug}`
      const call = { body: { grants: [] }, headers: anyVersion }
      const refused = [409, 'rbac.system_role']
      expect(await statusAndCode(await root.fetch('PATCH', path, call))).toEqual(refused)
      const remove = await root.fetch('DELETE', path, { headers: anyVersion })
      expect(await statusAndCode(remove)).toEqual(refused)
    }
  })

  it('is not enough when it is made: an administrator by a made role alone keeps nobody in office', async () => {
    const own = await createWorld()
    const admin = await own.as('super_admin')
    const grants = [{ permission: 'users:update' }, { permission: 'users:read' }]
    const other = await personWith(own, ...grants)
    expect(other.role).toMatch(/^made_/)
    const response = await admin.fetch('PATCH', `/api/v1/auth/users/${admin.userId}`, {
      body: { status: 'disabled' },
      headers: anyVersion,
    })
    expect(await statusAndCode(response)).toEqual([409, 'auth.last_administrator'])
  })
})

describe('roles over GraphQL', () => {
  it('are made, changed and deleted as over REST', async () => {
    const admin = await world.as('admin')
    const make = `mutation ($input: CreateRoleInput!) { createRole(input: $input) {
      slug version description grants { permission own statuses fields } } }`
    const grants = [{ permission: 'posts:read', own: false, statuses: ['draft'], fields: null }]
    const input = { slug: 'by_graphql', name: 'G', grants }
    expect((await admin.graphql(make, { input })).data).toEqual({
      createRole: { slug: 'by_graphql', version: 1, description: '', grants },
    })
    const wrong = await admin.graphql(make, {
      input: { ...input, slug: 'other', grants: [{ permission: 'posts:fly' }] },
    })
    expect(wrong.errors?.[0]?.extensions).toMatchObject({
      code: 'INVALID_INPUT',
      errors: [{ pointer: '/grants/0/permission' }],
    })
    const rest = await admin.graphql(
      `mutation { updateRole(slug: "by_graphql", version: 1, input: { name: "H" }) { name version }
        deleteRole(slug: "by_graphql", version: 2) }`,
    )
    expect(rest.data).toEqual({ updateRole: { name: 'H', version: 2 }, deleteRole: true })
  })
})

it('the roles of one tenant are nothing to another', async () => {
  const stranger = await createWorld()
  const root = await stranger.as('super_admin')
  const { role } = await personWith(world)
  expect((await root.fetch('GET', `${ROLES}/${role}`)).status).toBe(404)
  await expect(personOf(stranger, role)).rejects.toThrow('The input is not valid')
})

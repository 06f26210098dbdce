import { beforeAll, describe, expect, it } from 'vitest'
import { PASSWORD } from '../../support/world.ts'
import { type AuthWorld, createAuthWorld, emailOf, rows } from './support.ts'

interface Result {
  readonly data: Record<string, unknown> | null
  readonly errors?: { message: string; path?: string[]; extensions: Record<string, unknown> }[]
}

describe('accounts over GraphQL', () => {
  let world: AuthWorld
  let admin: string
  beforeAll(async () => {
    world = await createAuthWorld()
    admin = (await world.login('admin')).accessToken
  })
  const run = async (query: string, token?: string, headers: Record<string, string> = {}) => {
    const { body } = await world.call<Result>('POST', '/graphql', {
      body: { query },
      headers,
      ...(token === undefined ? {} : { token }),
    })
    return body
  }
  const login = (email: string, password = PASSWORD) =>
    `mutation { login(email: "${email}", password: "${password}") { accessToken refreshToken tokenType expiresIn user { id email name roles } } }`

  it('log in, read who they are, refresh and log out', async () => {
    const email = emailOf(world, 'admin')
    const { data } = await run(login(email), undefined, { 'idempotency-key': 'k' })
    const session = data?.['login'] as { accessToken: string; refreshToken: string }
    expect(session).toMatchObject({
      tokenType: 'Bearer',
      expiresIn: 900,
      user: { email, roles: ['admin'] },
    })
    const mine = await run('{ me { email roles permissions } }', session.accessToken)
    expect(mine.data).toMatchObject({
      me: { email, permissions: expect.arrayContaining(['users:read']) },
    })
    const refreshed = await run(
      `mutation { refresh(refreshToken: "${session.refreshToken}") { accessToken } }`,
    )
    const { accessToken } = (refreshed.data ?? {})['refresh'] as { accessToken: string }
    expect((await run('mutation { logout }', accessToken)).data).toEqual({ logout: true })
    expect(
      await rows('SELECT id FROM idempotency_keys WHERE tenant_id = ?', world.tenantId),
    ).toEqual([])
    const refused = await run('{ me { id } }', session.accessToken)
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('get the errors of REST', async () => {
    const codes = async (query: string, token?: string) =>
      (await run(query, token)).errors?.map(({ extensions }) => extensions['code'])
    expect(await codes(login(emailOf(world, 'admin'), 'wrong'))).toEqual([
      'AUTH_INVALID_CREDENTIALS',
    ])
    expect(await codes(login('nobody@x.example', 'wrong'))).toEqual(['AUTH_INVALID_CREDENTIALS'])
    expect(await codes('{ me { id } }')).toEqual(['UNAUTHENTICATED'])
    expect(await codes('mutation { logout }')).toEqual(['UNAUTHENTICATED'])
    expect(await codes('mutation { refresh(refreshToken: "x") { accessToken } }')).toEqual([
      'AUTH_INVALID_REFRESH_TOKEN',
    ])
    const register =
      'mutation { register(email: "a@x.example", name: "A", password: "a quiet green river") }'
    expect(await codes(register)).toEqual(['AUTH_REGISTRATION_CLOSED'])
    const { accessToken } = await world.login('manager')
    expect(await codes('{ users { items { id } } }', accessToken)).toEqual(['FORBIDDEN'])
    expect(await codes('{ users(limit: 0) { items { id } } }', admin)).toEqual(['INVALID_INPUT'])
    expect(await codes('{ user(id: "x") { id } }', admin)).toEqual(['INVALID_INPUT'])
    expect(await codes(`{ user(id: "${world.tenantId}") { id } }`, admin)).toEqual(['NOT_FOUND'])
  })

  it('are managed', async () => {
    const create = (roles: string) =>
      `mutation { createUser(email: "g@x.example", name: "Gus", password: "a quiet green river", roles: [${roles}]) { id version status roles } }`
    expect((await run(create('"super_admin"'), admin)).errors?.[0]?.extensions['code']).toBe(
      'RBAC_GRANT_TOO_WIDE',
    )
    const created = (await run(create('"customer"'), admin)).data?.['createUser'] as { id: string }
    expect(created).toMatchObject({ version: 1, status: 'active', roles: ['customer'] })
    const { id } = created
    const raised = await run(
      `mutation { setUserRoles(id: "${id}", roles: ["manager"], version: 1) { version roles } }`,
      admin,
    )
    expect(raised.data).toEqual({ setUserRoles: { version: 2, roles: ['manager'] } })
    const stale = await run(
      `mutation { updateUser(id: "${id}", status: disabled, version: 1) { id } }`,
      admin,
    )
    expect(stale.errors?.[0]?.extensions['code']).toBe('PRECONDITION_FAILED')
    const disabled = await run(
      `mutation { updateUser(id: "${id}", status: disabled) { status } }`,
      admin,
    )
    expect(disabled.data).toEqual({ updateUser: { status: 'disabled' } })
    const listed = await run(
      '{ users(status: disabled, limit: 1) { items { id lastLoginAt createdAt } nextCursor } }',
      admin,
    )
    expect(listed.data).toMatchObject({
      users: { items: [{ id, lastLoginAt: null }], nextCursor: null },
    })
  })

  it('show roles and the permission matrix', async () => {
    const { data } = await run(
      '{ roles(limit: 2) { items { slug isSystem grants { permission } } nextCursor } role(slug: "admin") { name } permissions(limit: 1) { items { name grants { role own } module } } }',
      admin,
    )
    expect(data).toMatchObject({
      roles: {
        items: [{ slug: 'admin', isSystem: true }, { slug: 'customer' }],
        nextCursor: expect.any(String),
      },
      permissions: {
        items: [{ grants: expect.arrayContaining([{ role: 'super_admin', own: false }]) }],
      },
    })
  })
})

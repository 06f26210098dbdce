import type { Grant } from '../../../src/kernel/grants.ts'
import { createUser } from '../../../src/modules/auth/index.ts'
import { type CallOptions, PASSWORD, type World } from '../../support/world.ts'

/** An answer that has been read. */
export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** Somebody with roles that the tenant has made. */
export interface Person {
  readonly userId: string
  readonly role: string
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  graphql(query: string, variables?: object): Promise<Record<string, unknown>>
}

let people = 0

/** Makes a role with the grants, and a user who has it and is signed in. */
export async function personWith(world: World, ...grants: Grant[]): Promise<Person> {
  const root = await world.as('super_admin')
  people += 1
  const slug = `made_${people}`
  await root.json('POST', '/api/v1/rbac/roles', { body: { slug, name: 'Made', grants } })
  return personOf(world, slug)
}

/** A user who has a role and is signed in. */
export async function personOf(world: World, role: string): Promise<Person> {
  people += 1
  const email = `person${people}@${world.slug}.example`
  const wish = { email, name: 'Made', password: PASSWORD, roles: [role] }
  const { id } = await createUser(world.deps(), await world.system(), wish)
  const { accessToken } = await world.anonymous.json<{ accessToken: string }>(
    'POST',
    '/api/v1/auth/login',
    { body: { email, password: PASSWORD } },
  )
  const authorization = `Bearer ${accessToken}`
  const call: Person['call'] = async (method, path, options = {}) => {
    const headers = { ...options.headers, authorization }
    const response = await world.anonymous.fetch(method, path, { ...options, headers })
    const text = await response.text()
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
  }
  return {
    userId: id,
    role,
    call,
    graphql: async (query, variables) =>
      (await call('POST', '/graphql', { body: { query, variables } })).body,
  }
}

/** `If-Match` for any version. */
export const anyVersion = { 'if-match': '*' }

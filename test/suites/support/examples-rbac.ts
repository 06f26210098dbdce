import { createUser } from '../../../src/modules/auth/index.ts'
import { type Client, PASSWORD } from '../../support/world.ts'
import type { Examples } from './example.ts'
import { type House, makePost, makeUser } from './house.ts'

/** A call of every operation of roles and of the questions about them, beside reading the roles. */
export const rbacExamples: Examples = {
  createRole: async (house) => ({
    as: await house.as('admin'),
    body: { ...newRole(house), description: 'Edits drafts.' },
  }),
  updateRole: async (house) => ({
    ...(await onRole(house)),
    body: { name: 'Renamed', description: 'Reads.', grants: [{ permission: 'posts:read' }] },
  }),
  deleteRole: onRole,
  can: async (house) => ({
    as: await house.as('admin'),
    query: { permission: 'posts:update', type: 'blog.post', itemId: (await makePost(house)).id },
  }),
  explain: async (house) => ({
    as: await house.as('admin'),
    body: {
      permission: 'posts:update',
      userId: (await makeUser(house)).id,
      item: { type: 'blog.post', id: (await makePost(house)).id, fields: ['title'] },
    },
  }),
}

/** A role that edits drafts. */
export async function makeRole(house: House): Promise<string> {
  const admin = await house.as('admin')
  const role = newRole(house)
  await admin.json('POST', '/api/v1/rbac/roles', { body: role })
  house.made.add(role.slug)
  return role.slug
}

/** A caller who sees some posts by rules. */
export async function readerByRules(house: House): Promise<Client> {
  const { home } = house
  const admin = await house.as('admin')
  const slug = `reader_${house.number()}`
  const read = { permission: 'posts:read', statuses: ['draft'] }
  const grants = [
    { ...read, own: true },
    { ...read, fields: ['excerpt', 'seo'] },
  ]
  await admin.json('POST', '/api/v1/rbac/roles', { body: { slug, name: 'Reader', grants } })
  const email = `${house.name()}@people.example`
  const wish = { email, name: 'Reader', password: PASSWORD, roles: [slug] }
  await createUser(home.deps(), await home.system(), wish)
  const body = { email, password: PASSWORD }
  const { accessToken } = await home.anonymous.json<{ accessToken: string }>(
    'POST',
    '/api/v1/auth/login',
    { body },
  )
  const authorization = `Bearer ${accessToken}`
  return {
    ...home.anonymous,
    fetch: (method, path, options) =>
      home.anonymous.fetch(method, path, {
        ...options,
        headers: { ...options?.headers, authorization },
      }),
  }
}

function newRole(house: House) {
  return {
    // Before the seeded ones in a list, so that a walk comes by it early.
    slug: `a_role_${house.number()}`,
    name: 'Draft editor',
    grants: [
      { permission: 'posts:read', statuses: ['draft'], fields: ['excerpt', 'body'] },
      { permission: 'posts:update', own: true, statuses: ['draft'], fields: ['title'] },
    ],
  }
}

async function onRole(house: House) {
  return { as: await house.as('admin'), params: { slug: await makeRole(house) } }
}

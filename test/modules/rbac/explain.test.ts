import { beforeAll, describe, expect, it } from 'vitest'
import { type World, createWorld } from '../../support/world.ts'
import { tripsOf } from '../../suites/support/problem.ts'
import { writeOther } from '../blog/support.ts'
import { personWith } from './support.ts'

const EXPLAIN = '/api/v1/authz/explain'
const draftsOnly = { permission: 'posts:update', statuses: ['draft'] }

let world: World

beforeAll(async () => {
  world = await createWorld()
})

describe('a role that may only edit drafts', () => {
  it('edits a draft, not a published post, and is told why', async () => {
    const root = await world.as('super_admin')
    const draft = await writeOther(root, { title: 'Draft' })
    const published = await writeOther(root, { title: 'Out', publish: true })
    const reads = { permission: 'posts:read', statuses: ['draft'] }
    const editor = await personWith(world, reads, draftsOnly)
    const edit = (id: string) =>
      editor.call('PATCH', `/api/v1/blog/posts/${id}`, {
        body: { title: 'Better' },
        headers: { 'if-match': '*' },
      })
    expect(await edit(draft.id)).toMatchObject({ status: 200, body: { title: 'Better' } })
    const because =
      'The permission posts:update reaches only items that are draft, and this one is published.'
    expect(await edit(published.id)).toMatchObject({ status: 403, body: { detail: because } })
    const why = (id: string) =>
      editor.call('POST', EXPLAIN, {
        body: { permission: 'posts:update', item: { type: 'blog.post', id } },
      })
    const { role } = editor
    expect(await why(draft.id)).toEqual({
      status: 200,
      body: {
        permission: 'posts:update',
        allowed: true,
        because: `${role} allows it.`,
        grants: [{ role, grant: draftsOnly, outcome: 'allows', detail: 'allows it' }],
      },
    })
    expect(await why(published.id)).toMatchObject({
      body: { allowed: false, because, grants: [{ role, outcome: 'other_status' }] },
    })
  })
})

describe('explaining', () => {
  it('looks at an item that is described', async () => {
    const author = await personWith(world, {
      permission: 'posts:update',
      own: true,
      fields: ['title'],
    })
    const outcome = async (item?: object) => {
      const body = { permission: 'posts:update', ...(item && { item }) }
      const answer = await author.call('POST', EXPLAIN, { body })
      const { allowed, grants } = answer.body as {
        allowed: boolean
        grants: { outcome: string }[]
      } // -- the answer's schema
      return [allowed, ...grants.map((grant) => grant.outcome)]
    }
    const mine = { ownerId: author.userId, status: 'draft' }
    expect(await outcome()).toEqual([true, 'depends'])
    expect(await outcome({ ...mine, fields: ['title'] })).toEqual([true, 'allows'])
    expect(await outcome({ ...mine, fields: ['title', 'body'] })).toEqual([false, 'field_masked'])
    expect(await outcome({ status: 'draft' })).toEqual([false, 'other_owner'])
  })

  it('tells of another user only to those who may read users, and of a disabled one that it is', async () => {
    const root = await world.as('super_admin')
    const nobody = await personWith(world)
    const other = await personWith(world, draftsOnly)
    const body = { permission: 'posts:update', userId: other.userId }
    expect((await nobody.call('POST', EXPLAIN, { body })).status).toBe(404)
    expect(await root.json('POST', EXPLAIN, { body })).toMatchObject({
      allowed: true,
      grants: [{ role: other.role, grant: draftsOnly, outcome: 'depends' }],
    })
    const own = await nobody.call('POST', EXPLAIN, { body: { permission: 'posts:update' } })
    expect(own.body).toMatchObject({
      allowed: false,
      because: `None of the roles ${nobody.role} holds the permission posts:update.`,
      grants: [],
    })
    await root.json('PATCH', `/api/v1/auth/users/${other.userId}`, {
      body: { status: 'disabled' },
      headers: { 'if-match': '*' },
    })
    expect(await root.json('POST', EXPLAIN, { body })).toMatchObject({
      allowed: false,
      because: 'The user is not active.',
    })
  })

  it('knows no foreign, unknown or hidden item, and no permission that nobody declares', async () => {
    const root = await world.as('super_admin')
    const stranger = await createWorld()
    const foreign = await writeOther(await stranger.as('admin'))
    const hidden = await writeOther(root)
    const blind = await personWith(world, { permission: 'posts:update' })
    const status = async (item: object, permission = 'posts:update') =>
      (await blind.call('POST', EXPLAIN, { body: { permission, item } })).status
    const type = 'blog.post'
    for (const { id } of [foreign, hidden]) expect(await status({ type, id })).toBe(404)
    expect(await status({ type: 'user', id: foreign.id })).toBe(422)
    expect(await status({ id: foreign.id })).toBe(422)
    expect(await status({ status: 'draft' }, 'posts:fly')).toBe(422)
    expect((await world.anonymous.fetch('POST', EXPLAIN, { body: {} })).status).toBe(401)
  })

  it('and asking cost one round trip, also where nothing is looked up', async () => {
    const root = await world.as('super_admin')
    const { id } = await writeOther(root)
    const ask = async (body: object) => tripsOf(await root.fetch('POST', EXPLAIN, { body }))
    expect(await ask({ permission: 'posts:update' })).toBe(1)
    const item = { type: 'blog.post', id }
    expect(await ask({ permission: 'posts:update', item })).toBe(1)
    const { userId } = await personWith(world)
    expect(await ask({ permission: 'posts:update', item, userId })).toBe(1)
  })
})

describe('asking over GraphQL', () => {
  it('answers as REST does, for an item, for a loaded post and for any', async () => {
    const root = await world.as('super_admin')
    const draft = await writeOther(root, { title: 'Draft' })
    const out = await writeOther(root, { title: 'Out', publish: true })
    const editor = await personWith(
      world,
      { permission: 'posts:read', statuses: ['draft'] },
      { ...draftsOnly, fields: ['title'] },
    )
    const query = `query ($draft: ID!, $out: ID!) {
      any: can(permission: "posts:update")
      none: can(permission: "posts:delete")
      onDraft: can(permission: "posts:update", type: "blog.post", itemId: $draft)
      onOut: can(permission: "posts:update", type: "blog.post", itemId: $out)
      draft: post(id: $draft) { can(permission: "posts:update", fields: ["title"])
        body: can(permission: "posts:update", fields: ["body"]) }
      out: post(id: $out) { can(permission: "posts:update") }
      explain(permission: "posts:update", item: { type: "blog.post", id: $out }) {
        allowed because grants { role outcome grant { statuses } } } }`
    expect(await editor.graphql(query, { draft: draft.id, out: out.id })).toMatchObject({
      data: {
        any: true,
        none: false,
        onDraft: true,
        onOut: false,
        draft: { can: true, body: false },
        out: { can: false },
        explain: {
          allowed: false,
          grants: [{ role: editor.role, outcome: 'other_status', grant: { statuses: ['draft'] } }],
        },
      },
    })
    const rest = await editor.call(
      'GET',
      `/api/v1/authz/can?permission=posts:update&type=blog.post&itemId=${draft.id}`,
    )
    expect(rest.body).toEqual({ allowed: true })
  })

  it('of every post of a list costs no round trip more', async () => {
    const root = await world.as('super_admin')
    await writeOther(root)
    const trips = async (fields: string) => {
      const body = { query: `{ posts { items { id ${fields} } } }` }
      const response = await root.fetch('POST', '/graphql', { body })
      return tripsOf(response)
    }
    expect(await trips('can(permission: "posts:update") isOwn')).toBe(await trips(''))
  })
})

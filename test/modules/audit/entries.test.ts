import { describe, expect, it } from 'vitest'
import { type Client, PASSWORD, type World, createWorld } from '../../support/world.ts'
import { entriesOf, seal, writeEntries } from './support.ts'

/** An entry as clients read it, in part. */
interface Entry {
  readonly id: string
  readonly seq: number | null
  readonly action: string
  readonly occurredAt: string
  readonly requestId: string
  readonly actor: { readonly kind: string; readonly id: string | null }
  readonly target: { readonly type: string; readonly id: string }
  readonly clientAddress: string | null
  readonly credential: string | null
}

interface Page {
  readonly items: readonly Entry[]
  readonly nextCursor: string | null
}

const list = (client: Client, query: Readonly<Record<string, string>> = {}): Promise<Page> =>
  client.json('GET', `/api/v1/audit/entries?${new URLSearchParams(query).toString()}`)

/** Every entry of a list, page by page. */
async function walk(client: Client, query: Readonly<Record<string, string>> = {}) {
  const found: Entry[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Page = await list(client, { limit: '3', ...query, ...(cursor ? { cursor } : {}) })
    found.push(...page.items)
    cursor = page.nextCursor
  }
  return found
}

/** A world with entries of several actors, half of them sealed. */
async function busyWorld(): Promise<{ world: World; admin: Client }> {
  const world = await createWorld()
  const admin = await world.as('admin')
  await writeEntries(world, 5)
  await seal(world)
  world.clock.advance(60_000)
  await writeEntries(world, 5, 6)
  await admin.json('POST', '/api/v1/blog/authors', { body: { name: 'Ada' } })
  return { world, admin }
}

describe('the audit log of a tenant', () => {
  it('is read newest first, by pages that neither skip nor repeat, sealed or not', async () => {
    const { world, admin } = await busyWorld()
    const all = await walk(admin)
    const stored = await entriesOf(world)
    expect(all.map(({ id }) => id)).toEqual(stored.map(({ id }) => id).toReversed())
    expect(new Set(all.map(({ seq }) => seq === null))).toEqual(new Set([true, false]))
  })

  it('is found by actor, action, beginning of an action, target, request and time', async () => {
    const { world, admin } = await busyWorld()
    const all = await walk(admin)
    const [newest] = all
    if (!newest) throw new Error('there is no entry')
    const since = new Date(world.clock.now()).toISOString()
    const cases: readonly [Readonly<Record<string, string>>, (entry: Entry) => boolean][] = [
      [{ actorId: admin.userId ?? '' }, ({ actor }) => actor.id === admin.userId],
      [{ actorId: 'test' }, ({ actor }) => actor.kind === 'system' && actor.id === 'test'],
      [{ action: 'trial.thing.changed' }, ({ action }) => action === 'trial.thing.changed'],
      [{ action: 'trial.' }, ({ action }) => action.startsWith('trial.')],
      [{ action: 'blog.author' }, ({ action }) => action.startsWith('blog.author')],
      [{ action: 't' }, ({ action }) => action.startsWith('t')],
      [{ targetId: 'thing-2' }, ({ target }) => target.id === 'thing-2'],
      [{ targetId: 'thing-7', targetType: 'trial.thing' }, ({ target }) => target.id === 'thing-7'],
      [{ targetId: 'thing-7', targetType: 'user' }, () => false],
      [{ requestId: newest.requestId }, ({ requestId }) => requestId === newest.requestId],
      [{ since }, ({ occurredAt }) => occurredAt >= since],
      [{ until: since }, ({ occurredAt }) => occurredAt < since],
      [
        { until: since, action: 'trial.' },
        (entry) => entry.occurredAt < since && entry.action.startsWith('trial.'),
      ],
      [
        { actorId: 'test', action: 'trial.', since },
        (entry) => entry.occurredAt >= since && entry.action.startsWith('trial.'),
      ],
    ]
    for (const [query, wanted] of cases) {
      const found = await walk(admin, query)
      expect(found, JSON.stringify(query)).toEqual(all.filter(wanted))
    }
    const refused = await admin.fetch('GET', '/api/v1/audit/entries?targetType=user')
    expect(refused.status).toBe(422)
  })

  it('shows one tenant nothing of another, by any filter or id', async () => {
    const { world, admin } = await busyWorld()
    const other = await createWorld()
    const stranger = await other.as('admin')
    const foreign = (await entriesOf(world)).map(({ id }) => id)
    const queries = [
      {},
      { actorId: admin.userId ?? '' },
      { action: 'trial.' },
      { targetId: 'thing-2' },
    ]
    for (const query of queries)
      expect((await walk(stranger, query)).filter(({ id }) => foreign.includes(id))).toEqual([])
    for (const id of foreign.slice(0, 3))
      expect((await stranger.fetch('GET', `/api/v1/audit/entries/${id}`)).status).toBe(404)
    const { nextCursor } = await list(admin, { limit: '2' })
    const path = `/api/v1/audit/entries?limit=2&cursor=${nextCursor}`
    expect((await stranger.fetch('GET', path)).status).toBe(422)
    const exported = await stranger.fetch('POST', '/api/v1/audit/exports', { body: {} })
    const text = await exported.text()
    expect(foreign.some((id) => text.includes(id))).toBe(false)
  })

  it('is for administrators; others read their own traces, without where others act from', async () => {
    const { world, admin } = await busyWorld()
    const customer = await world.as('customer')
    expect((await customer.fetch('GET', '/api/v1/audit/entries')).status).toBe(403)
    expect((await world.anonymous.fetch('GET', '/api/v1/audit/mine')).status).toBe(401)
    await admin.json('PUT', `/api/v1/auth/users/${customer.userId}/roles`, {
      body: { roles: ['customer', 'manager'] },
      headers: { 'if-match': '*', 'cf-connecting-ip': '192.0.2.7' },
    })
    // The change of roles has ended the session.
    const email = `customer@${world.slug}.example`
    const body = { email, password: PASSWORD }
    const { accessToken } = await world.anonymous.json('POST', '/api/v1/auth/login', { body })
    const headers = { authorization: `Bearer ${String(accessToken)}` }
    for (const isSealed of [false, true]) {
      if (isSealed) await seal(world)
      const { items }: Page = await customer.json('GET', '/api/v1/audit/mine', { headers })
      expect(
        items.every(({ actor, target }) => [actor.id, target.id].includes(customer.userId ?? '')),
      ).toBe(true)
      const actions = items.map(({ action }) => action)
      expect(actions.slice(0, 2)).toEqual(['auth.user.logged_in', 'auth.user.roles_changed'])
      expect(actions.at(-1)).toBe('auth.user.created')
      expect(items[1]).toMatchObject({
        actor: { id: admin.userId },
        clientAddress: null,
        credential: null,
      })
    }
    const { data } = await customer.graphql<{ myAuditEntries: Page }>(
      '{ myAuditEntries(limit: 1) { items { action changesJson } nextCursor } }',
      {},
      headers,
    )
    expect(data?.myAuditEntries.items[0]?.action).toBe('auth.user.logged_in')
  })
})

describe('an export of the audit log', () => {
  it('is every entry of its time as NDJSON, oldest first, with proofs; it is itself audited', async () => {
    const { world, admin } = await busyWorld()
    const response = await admin.fetch('POST', '/api/v1/audit/exports', { body: {} })
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    const lines = (await response.text()).trimEnd().split('\n')
    const stored = await entriesOf(world)
    expect(lines.map((line) => JSON.parse(line))).toMatchObject(
      stored.map(({ id, mac, chain, seq }) => ({ id, mac, chain, seq })),
    )
    expect(await world.auditOf(world.tenantId)).toContain('audit.log.exported')
    const until = new Date(world.clock.now()).toISOString()
    const early = await admin.json<Page>('POST', '/api/v1/audit/tasks/export', { body: { until } })
    expect(early.items.every(({ occurredAt }) => occurredAt < until)).toBe(true)
    expect(early.items.length).toBeLessThan(lines.length)
  })

  it('goes on by pages under the one entry that tells of it', async () => {
    const { world, admin } = await busyWorld()
    await writeEntries(world, 500, 100)
    const first = await admin.json<Page>('POST', '/api/v1/audit/tasks/export', { body: {} })
    expect(first.items).toHaveLength(500)
    const text = await (
      await admin.fetch('POST', '/api/v1/audit/exports', { body: { cursor: first.nextCursor } })
    ).text()
    const rest = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).id)
    const stored = await entriesOf(world)
    expect([...first.items.map(({ id }) => id), ...rest]).toEqual(stored.map(({ id }) => id))
    const notes = (await world.auditOf(world.tenantId)).filter((a) => a === 'audit.log.exported')
    expect(notes).toHaveLength(1)
  })
})

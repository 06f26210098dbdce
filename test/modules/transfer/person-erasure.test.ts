import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { COMMIT_SUBJECTS } from '../../../src/modules/transfer/people/domain.ts'
import { subjectRules } from '../../../src/modules/transfer/people/service/person-catalogue.ts'
import { type World, createWorld } from '../../support/world.ts'
import { tablesOfDatabase } from '../../suites/support/database.ts'
import { createControl } from '../tenants/control.ts'
import { tablesWith } from '../tenants/erasure-support.ts'
import { type LivedPerson, exportPerson, livePerson } from './people-support.ts'

/** Columns that name a person, by id or by address. */
const NAMES_PERSON =
  /^(\w+_by|user_id|author\w*|owner_id|actor_id|target_id|subject_id|e?mail|email|recipient|address)$/

/** What looks like a person and is none. */
const NO_PERSON: Readonly<Record<string, string>> = {
  'api_keys.replaced_by': 'another key of the same user',
  'media_references.owner_id': 'the thing that shows a file',
}

describe('what manifests say of people', () => {
  it('is said of every column that names one, and of none that is not there', async () => {
    const world = await createWorld()
    const rules = subjectRules(world.deps())
    const tables = new Map(
      (await tablesOfDatabase()).map(({ name, columns }) => [
        name,
        columns.map((column) => column.split(' ')[0] ?? ''),
      ]),
    )
    const silent: string[] = []
    for (const [name, columns] of tables) {
      const keys = await env.DB.prepare(`PRAGMA foreign_key_list("${name}")`).all<{
        table: string
        from: string
      }>()
      const toUsers = keys.results.filter(
        ({ table, from }) => table === 'users' && from !== 'tenant_id',
      )
      const named = [...columns.filter((c) => NAMES_PERSON.test(c)), ...toUsers.map((k) => k.from)]
      const linked = rules[name]?.links.map(({ column }) => column) ?? []
      for (const column of named)
        if (!linked.includes(column) && NO_PERSON[`${name}.${column}`] === undefined)
          silent.push(`${name}.${column}`)
    }
    expect(silent).toEqual([])
    for (const [name, { links, secrets = [] }] of Object.entries(rules)) {
      const all = links.flatMap(({ column, withholds = [] }) => [column, ...withholds])
      for (const column of [...all, ...secrets])
        expect(tables.get(name), `${name}.${column}`).toContain(column)
    }
    expect(Object.keys(rules)).toEqual(expect.arrayContaining(Object.keys(COMMIT_SUBJECTS)))
  })
})

/** The keys of the store and of the shared cache that hold one of the texts, in name or bytes. */
async function storedWith(tenantId: string, texts: readonly string[]): Promise<string[]> {
  const found: string[] = []
  const { objects } = await env.FILES.list({ prefix: `${tenantId}/` })
  for (const { key } of objects) {
    const text = key + ((await (await env.FILES.get(key))?.text()) ?? '')
    if (texts.some((each) => text.includes(each))) found.push(key)
  }
  const { keys } = await env.CACHE.list()
  for (const { name } of keys) {
    const text = name + ((await env.CACHE.get(name)) ?? '')
    if (texts.some((each) => text.includes(each))) found.push(name)
  }
  return found
}

describe('a person who is deleted', () => {
  let world: World
  let gone: LivedPerson
  let stays: LivedPerson

  beforeAll(async () => {
    const control = await createControl()
    world = control.world
    gone = await livePerson(world)
    stays = await livePerson(world)
    const admin = await world.as('super_admin')
    for (const { id } of [gone, stays]) await exportPerson(world, admin, id)
    await admin.json('PATCH', `/api/v1/auth/users/${gone.id}`, {
      body: { name: `${gone.name} again` },
      headers: { 'if-match': '*', 'idempotency-key': 'rename' },
    })
    await admin.json('DELETE', `/api/v1/auth/users/${gone.id}`, { headers: { 'if-match': '*' } })
    await world.drain()
  })

  it('is at once in no table but those whose time is named, in no object and no cached value', async () => {
    expect((await tablesWith(...gone.traits)).toSorted()).toEqual([
      'idempotency_keys',
      'mail_messages',
      'mail_suppressions',
    ])
    expect(await storedWith(world.tenantId, [...gone.traits, gone.id])).toEqual([])
    const kept = await world.rows<{ name: string }>(
      'SELECT name FROM mail_messages WHERE tenant_id = ? AND recipient = ?',
      world.tenantId,
      gone.email,
    )
    expect(kept).toEqual([{ name: 'auth/account-closed' }])
  })

  it('has no row where manifests say that there is none', async () => {
    for (const [name, { links, erasure }] of Object.entries(subjectRules(world.deps()))) {
      if (erasure !== 'deleted') continue
      for (const { column, is } of links) {
        const value = is === 'email' ? gone.email : gone.id
        const rows = await world.rows(
          `SELECT 1 FROM ${name} WHERE tenant_id = ? AND ${column} = ?`,
          world.tenantId,
          value,
        )
        expect(rows, name).toEqual([])
      }
    }
  })

  it('leaves an audit log that is whole, and others as they were', async () => {
    const admin = await world.as('super_admin')
    expect(await admin.json('POST', '/api/v1/audit/tasks/verify', { body: {} })).toMatchObject({
      isComplete: true,
    })
    expect((await tablesWith(...stays.traits)).toSorted()).toEqual(
      expect.arrayContaining(['mail_messages', 'sessions', 'users']),
    )
    expect(await storedWith(world.tenantId, [stays.email])).not.toEqual([])
  })

  it('is after those times nowhere but on the list of addresses that refuse mail', async () => {
    world.clock.advance(100 * 86_400_000)
    const sql =
      'UPDATE sessions SET expires_at = ?, idle_expires_at = ? WHERE tenant_id = ? AND user_id = ?'
    const far = world.clock.now() + 86_400_000
    const admin = await world.as('super_admin')
    await env.DB.prepare(sql)
      .bind(far, far, world.tenantId, admin.userId ?? '')
      .run()
    await world.drain()
    for (let round = 0; round < 3; round++) {
      const ctx = await world.system()
      for (const { sweeps } of world.deps().modules)
        for (const { run } of sweeps) await run(world.deps(), ctx.now, 1_000)
    }
    expect(await tablesWith(...gone.traits)).toEqual(['mail_suppressions'])
  })
})

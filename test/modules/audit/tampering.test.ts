import { beforeEach, describe, expect, it } from 'vitest'
import { type World, createWorld } from '../../support/world.ts'
import { type Row, entriesOf, receiptOf, seal, tamper, verify, writeEntries } from './support.ts'

let world: World
let entries: Row[]

/** The entry of that number in the chain. */
const at = (number: number): Row => {
  const entry = entries.find(({ seq }) => seq === number)
  if (!entry) throw new Error(`there is no entry ${number}`)
  return entry
}

const column = (name: string, value: string | number | null, number: number) => ({
  sql: `UPDATE audit_log SET ${name} = ?3 WHERE tenant_id = ?1 AND id = ?2`,
  params: [world.tenantId, at(number).id, value],
})

const removed = (from: number, to = from) => ({
  sql: 'DELETE FROM audit_log WHERE tenant_id = ? AND seq BETWEEN ? AND ?',
  params: [world.tenantId, from, to],
})

const inserted = (id: string, seq: number | null, mac = '') => ({
  sql: `INSERT INTO audit_log (tenant_id, id, occurred_at, actor_kind, action, target_type,
      target_id, request_id, changes, mac, seq, chain)
    SELECT tenant_id, ?2, occurred_at, actor_kind, action, target_type, target_id, request_id,
      changes, ?3, ?4, 'x' FROM audit_log WHERE tenant_id = ?1 AND seq = 5`,
  params: [world.tenantId, id, mac, seq],
})

const sha256 = async (text: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  const binary = String.fromCharCode(...new Uint8Array(digest))
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The chain over the entries that are left, as anybody can compute it. */
async function rechained(left: readonly Row[]) {
  const statements = []
  let chain = ''
  let seq = 0
  for (const { id, mac } of left) {
    seq += 1
    chain = await sha256(`${chain}.${seq}.${mac}`)
    statements.push({
      sql: 'UPDATE audit_log SET seq = ?3, chain = ?4 WHERE tenant_id = ?1 AND id = ?2',
      params: [world.tenantId, id, seq, chain],
    })
  }
  const head = {
    sql: 'UPDATE audit_heads SET seq = ?2, chain = ?3 WHERE tenant_id = ?1',
    params: [world.tenantId, seq, chain],
  }
  return { statements, head }
}

beforeEach(async () => {
  world = await createWorld()
  await world.as('super_admin')
  await writeEntries(world, 8)
  await seal(world)
  entries = await entriesOf(world)
})

describe('D10: whoever holds only the database cannot change the audit log unseen', () => {
  it('is whole as long as nobody touches it', async () => {
    expect(await verify(world)).toBeNull()
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1))
  })

  it.each([
    ['what was done', 'action', 'trial.thing.read'],
    ['who did it', 'actor_id', 'somebody'],
    ['to what', 'target_id', 'thing-9'],
    ['when', 'occurred_at', 1],
    ['from where', 'client_address', '192.0.2.1'],
    ['by what', 'credential', 'session:other'],
    ['what was before', 'changes', '{}'],
    ['the proof', 'mac', 'x'.repeat(43)],
  ])('an entry that was changed in %s shows', async (_, name, value) => {
    await tamper([column(name, value, 5)])
    expect(await verify(world)).toBe(
      `The first fault is entry 5 (${at(5).id}): its content is not what the platform has written.`,
    )
  })

  it('an entry that was changed before it had its place shows', async () => {
    await writeEntries(world, 1)
    const fresh = (await entriesOf(world)).at(-1)
    await tamper([
      {
        sql: "UPDATE audit_log SET action = 'x.y.z' WHERE tenant_id = ? AND id = ?",
        params: [world.tenantId, fresh?.id],
      },
    ])
    expect(await verify(world)).toContain(`(${fresh?.id}): its content is not what`)
  })

  it('an entry that was removed shows, the first one and several as well', async () => {
    await tamper([removed(6, 7)])
    expect(await verify(world)).toBe('The first fault is entry 6: it is missing.')
    await tamper([removed(1)])
    expect(await verify(world)).toBe('The first fault is entry 1: it is missing.')
  })

  it('entries that were removed while the chain was computed anew show by its end', async () => {
    const left = entries.filter(({ seq }) => seq !== 4)
    const { statements, head } = await rechained(left)
    await tamper([removed(4), ...statements])
    expect(await verify(world)).toContain('it is missing')
    await tamper([head])
    expect(await verify(world)).toContain('the end of the chain was not made by the platform')
  })

  it('a last part that was cut off shows, with its end put back by whoever cut', async () => {
    const last = entries.length
    await tamper([removed(last - 1, last)])
    expect(await verify(world)).toBe(`The first fault is entry ${last - 1}: it is missing.`)
    await tamper([
      {
        sql: 'UPDATE audit_heads SET seq = ?2, chain = ?3 WHERE tenant_id = ?1',
        params: [world.tenantId, last - 2, at(last - 2).chain],
      },
    ])
    expect(await verify(world)).toContain('the end of the chain was not made by the platform')
  })

  it('a last part that was cut off with an old genuine end shows by a receipt', async () => {
    const [old] = await world.rows<{ mac: string; seq: number; chain: string }>(
      'SELECT mac, seq, chain FROM audit_heads WHERE tenant_id = ?',
      world.tenantId,
    )
    await writeEntries(world, 2)
    const receipt = await receiptOf(world)
    await tamper([
      removed((old?.seq ?? 0) + 1, 1_000),
      {
        sql: 'UPDATE audit_heads SET seq = ?2, chain = ?3, mac = ?4 WHERE tenant_id = ?1',
        params: [world.tenantId, old?.seq, old?.chain, old?.mac],
      },
    ])
    expect(await verify(world)).toBeNull()
    expect(await verify(world, receipt)).toContain('it is not the entry of the receipt')
  })

  it('entries that changed their order show', async () => {
    await tamper([
      column('seq', 1_000, 5),
      column('seq', 5, 6),
      column('seq', 6, 5),
      column('chain', at(5).chain, 6),
      column('chain', at(6).chain, 5),
    ])
    expect(await verify(world)).toContain(`entry 5 (${at(6).id}): it does not follow`)
  })

  it('an entry that the platform has not written shows, wherever it is put', async () => {
    const behind = entries.length + 1
    await tamper([inserted('0', behind)])
    expect(await verify(world)).toBe(
      `The first fault is entry ${behind}: it stands behind the end of the chain.`,
    )
    await tamper([removed(behind), inserted('~', null, at(5).mac)])
    expect(await verify(world)).toContain(`entry ${behind} (~): its content is not what`)
  })

  it('an end that was removed shows, and what comes later does not hide it', async () => {
    const gone = { sql: 'DELETE FROM audit_heads WHERE tenant_id = ?', params: [world.tenantId] }
    await tamper([gone])
    await writeEntries(world, 1)
    expect(await seal(world)).toBe(0)
    expect(await verify(world)).toContain('the end of the chain is gone')
  })

  it('an end that was forged shows, and what comes later does not hide it', async () => {
    const { statements, head } = await rechained(entries.filter(({ seq }) => seq !== 4))
    await tamper([removed(4), ...statements, head])
    await writeEntries(world, 1)
    expect(await seal(world)).toBe(0)
    expect(await verify(world)).toContain('the end of the chain was not made by the platform')
  })

  it('the end of another tenant proves nothing here', async () => {
    const other = await createWorld()
    await writeEntries(other, entries.length - 1)
    await seal(other)
    const copied = {
      sql: `UPDATE audit_heads SET (seq, chain, mac) = (SELECT seq, chain, mac FROM audit_heads
        WHERE tenant_id = ?2) WHERE tenant_id = ?1`,
      params: [world.tenantId, other.tenantId],
    }
    await tamper([copied])
    expect(await verify(world)).toContain('the end of the chain was not made by the platform')
  })

  it('keeps the chains of other tenants going', async () => {
    const other = await createWorld()
    await other.as('super_admin')
    await tamper([inserted('~', entries.length + 1)])
    await writeEntries(world, 1)
    await world.tick()
    expect((await entriesOf(other)).every(({ seq }) => seq !== null)).toBe(true)
    expect(await verify(other)).toBeNull()
  })
})

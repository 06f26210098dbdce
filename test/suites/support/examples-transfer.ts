import { env } from 'cloudflare:workers'
import { limits } from '../../../src/kernel/limits.ts'
import type { Client } from '../../support/world.ts'
import type { Examples } from './example.ts'
import { type House, makeTenant } from './house.ts'

/** A call of every operation of `transfer`. */
export const transferExamples: Examples = {
  run_tenants_export: async (house) => ({
    as: await house.operator(),
    body: { target: (await makeTenant(house)).id },
  }),
  run_tenants_import: async (house) => {
    const { as, id } = await makeExport(house)
    return { as, body: { exportId: id, target: (await makeTenant(house)).id } }
  },
  run_tenants_clone: async (house) => ({
    as: await house.operator(),
    body: { source: (await makeTenant(house)).id, target: (await makeTenant(house)).id },
  }),
  getTransfer: async (house) => {
    const { as, id } = await makeExport(house)
    return { as, params: { id } }
  },
  linkTransferFile: async (house) => {
    const { as, id } = await makeExport(house)
    return { as, params: { id }, query: { name: 'manifest.json' } }
  },
}

/** Exports a new tenant. */
async function makeExport(house: House): Promise<{ as: Client; id: string }> {
  const as = await house.operator()
  const body = { target: (await makeTenant(house)).id }
  const { id } = await as.json<{ id: string }>('POST', '/api/v1/transfer/tasks/export', { body })
  house.made.add(id)
  await house.control.drain()
  return { as, id }
}

/** Copies a tenant that has something of everything, many rows of a table and a long one. */
export async function copyTenant(house: House): Promise<void> {
  const { tenantId, slug } = house.home
  await env.DB.batch([
    env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
       INSERT INTO mail_suppressions (tenant_id, id, address, reason, created_at)
       SELECT ?1, 'id' || i, i || '@people.example', 'manual', i FROM n`,
    ).bind(tenantId, limits.transfer.rows),
    env.DB.prepare(
      `INSERT INTO mail_suppressions (tenant_id, id, address, reason, note, created_at)
       VALUES (?, 'long', 'long@people.example', 'manual', ?, 0)`,
    ).bind(tenantId, '\u0001'.repeat(300_000)),
  ])
  const operator = await house.operator()
  await operator.json('POST', '/api/v1/transfer/tasks/clone', {
    body: { source: slug, target: (await makeTenant(house)).id },
  })
  await house.control.drain()
}

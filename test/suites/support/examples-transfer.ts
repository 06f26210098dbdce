import { env } from 'cloudflare:workers'
import { limits } from '../../../src/kernel/limits.ts'
import type { Client } from '../../support/world.ts'
import type { Example, Examples } from './example.ts'
import { type House, makeTenant, makeUser } from './house.ts'

/** A call of every operation of `transfer`. */
export const transferExamples: Examples = {
  exportTenant: async (house) => ({
    as: await house.operator(),
    body: { target: (await makeTenant(house)).id },
  }),
  importTenant: async (house) => {
    const { as, id } = await makeExport(house)
    return { as, body: { exportId: id, target: (await makeTenant(house)).id } }
  },
  cloneTenant: async (house) => ({
    as: await house.operator(),
    body: { source: (await makeTenant(house)).id, target: (await makeTenant(house)).id },
  }),
  getTransferFile: async (house) => {
    const { as, id } = await makeExport(house)
    return { as, params: { id }, query: { name: 'manifest.json' } }
  },
  getTransferArchive: async (house) => {
    const { as, id } = await makeExport(house)
    return { as, params: { id } }
  },
  exportUser: async (house) => ({
    as: await house.as('admin'),
    params: { id: (await makeUser(house)).id },
  }),
  run_users_export_data: async (house) => ({
    as: await house.as('admin'),
    body: { user: (await makeUser(house)).id },
  }),
  getUserExport: onUserExport,
  getUserExportFile: async (house) => ({
    ...(await onUserExport(house)),
    query: { name: 'manifest.json' },
  }),
  getUserExportArchive: onUserExport,
  exportOwnData: async (house) => {
    const as = await house.as('admin')
    await forgetExports(house, as)
    return { as, undo: () => house.home.drain() }
  },
  getOwnExport: onOwnExport,
  getOwnExportFile: async (house) => ({
    ...(await onOwnExport(house)),
    query: { name: 'manifest.json' },
  }),
  getOwnExportArchive: onOwnExport,
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

/** Exports a new user. */
async function onUserExport(house: House): Promise<Example> {
  const as = await house.as('admin')
  const { id } = await makeUser(house)
  await as.json('POST', `/api/v1/auth/users/${id}/export`)
  await house.home.drain()
  return { as, params: { id } }
}

/** Exports an administrator. */
async function onOwnExport(house: House): Promise<Example> {
  const as = await house.as('admin')
  await forgetExports(house, as)
  await as.json('POST', '/api/v1/auth/me/export')
  await house.home.drain()
  return { as }
}

/** Makes room for another export of somebody on the same day. */
async function forgetExports({ home }: House, { userId = '' }: Client): Promise<void> {
  await env.DB.prepare(
    `UPDATE jobs SET unique_key = id WHERE tenant_id = ? AND name = 'transfer:export-user'
     AND unique_key = ? AND state = 'done'`,
  )
    .bind(home.tenantId, userId)
    .run()
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

import { env } from 'cloudflare:workers'
import { createWorld } from './world.ts'

/**
 * Makes an ordinary tenant of the control tenant of an earlier test, for isolates to come too: what
 * the shared cache holds of it goes.
 */
export async function endControl(): Promise<void> {
  const sql = 'UPDATE tenants SET is_control = 0 WHERE is_control = 1 RETURNING id'
  const { results } = await env.DB.prepare(sql).all<{ id: string }>()
  if (results.length === 0) return
  const { tenants } = (await createWorld()).deps()
  for (const { id } of results) {
    const known = await tenants.find({ kind: 'id', value: id })
    if (known) await tenants.forget(known)
  }
}

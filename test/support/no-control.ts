import { env } from 'cloudflare:workers'
import { createWorld } from './world.ts'

/**
 * Makes an ordinary tenant of the control tenant of an earlier test, for isolates to come too: what
 * the shared cache holds of it goes.
 */
export async function endControl(): Promise<void> {
  const found = env.DB.prepare('SELECT id FROM tenants WHERE is_control = 1')
  const { results } = await found.all<{ id: string }>()
  if (results.length === 0) return
  const { tenants } = (await createWorld()).deps()
  for (const { id } of results) {
    const known = await tenants.find({ kind: 'id', value: id })
    // Its name is that of the next one.
    const sql = "UPDATE tenants SET is_control = 0, slug = 'was-' || substr(id, 25) WHERE id = ?"
    await env.DB.prepare(sql).bind(id).run()
    if (known) await tenants.forget(known)
  }
}

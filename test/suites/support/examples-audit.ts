import { deletePassed, findOldest, postponeHead } from '../../../src/modules/audit/chain/repo.ts'
import type { Examples } from './example.ts'
import { type House, makeAuthor } from './house.ts'

/** A call of every operation of `audit`. */
export const auditExamples: Examples = {
  listAuditEntries: async (house) => {
    const as = await house.as('admin')
    const since = new Date(house.home.clock.now()).toISOString()
    const { target, actor, requestId } = await makeEntry(house)
    house.made.add(actor.id).add(requestId)
    const names = { actorId: actor.id, targetId: target.id, requestId }
    return { as, query: { ...names, action: 'blog.', since } }
  },
  getAuditEntry: async (house) => ({
    as: await house.as('admin'),
    params: { id: (await makeEntry(house)).id },
  }),
  listMyAuditEntries: async (house) => ({ as: await house.as('customer') }),
  exportAuditLog: async (house) => ({ as: await house.as('admin'), body: {} }),
  run_audit_verify: async (house) => ({ as: await house.as('admin'), body: {} }),
  run_auth_cleanup: async (house) => ({
    as: await house.operator(),
    body: { targets: ['sessions', 'tokens'] },
  }),
  run_audit_export: async (house) => ({ as: await house.as('admin'), body: {} }),
}

/** What the makers read of an entry. */
interface Entry {
  readonly id: string
  readonly actor: { readonly id: string }
  readonly target: { readonly id: string }
  readonly requestId: string
}

/** Makes an author, and answers the entry that tells of it. */
export async function makeEntry(house: House): Promise<Entry> {
  const { id } = await makeAuthor(house)
  const admin = await house.as('admin')
  const path = `/api/v1/audit/entries?targetId=${id}`
  const { items } = await admin.json<{ items: Entry[] }>('GET', path)
  const [entry] = items
  if (!entry) throw new Error('the author has no entry')
  house.made.add(entry.id)
  return entry
}

/** What retention does to a tenant that has something too old. */
export async function sweepAudit({ home }: House): Promise<void> {
  const { tenantId } = home
  const { db } = home.deps()
  const unmoved = { tenantId, seq: 0, chain: '', anchorSeq: 0, anchorChain: '' }
  await db.read(findOldest(unmoved, 1))
  await db.bookkeep([postponeHead(tenantId, 0), deletePassed(unmoved)])
}

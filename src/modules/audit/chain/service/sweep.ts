import type { SweepDefinition } from '../../../../kernel/module.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { guardStatement } from '../../../commit/index.ts'
import { auditSettings } from '../../schemas.ts'
import { isGenuine, signHead } from '../domain.ts'
import { deletePassed, findDueHeads, findOldest, postponeHead, replaceHead } from '../repo.ts'
import type { StoredHead } from '../types.ts'
import { DAY, isTaken } from './seal.ts'

/** Removes entries that are older than their tenant keeps them. */
export const auditSweeps: readonly SweepDefinition<Deps>[] = [
  {
    name: 'audit',
    description: 'Entries of the audit log, after the days that a tenant keeps them.',
    run: sweepEntries,
  },
]

/**
 * Removes at most `limit` entries and tells how many, of at most `limits.audit.sweptTenants` tenants;
 * each is looked at once a day, and when its oldest entry becomes too old. The anchor moves in the same
 * batch, so the rest of the chain can be verified.
 */
export async function sweepEntries(deps: Deps, now: number, limit: number): Promise<number> {
  const heads = await deps.db.read(findDueHeads(now, limits.audit.sweptTenants))
  let swept = 0
  for (const head of heads) {
    swept += await sweepTenant(deps, head, now, limit - swept)
    if (swept >= limit) break
  }
  return swept
}

async function sweepTenant(
  deps: Deps,
  head: StoredHead,
  now: number,
  limit: number,
): Promise<number> {
  const { tenantId } = head
  if (!(await isGenuine(deps, head))) {
    await deps.db.bookkeep([postponeHead(tenantId, now + DAY)])
    return 0
  }
  const kept = (await retentionDays(deps, tenantId)) * DAY
  const rows = await deps.db.read(findOldest(head, limit + 1))
  const firstKept = rows.findIndex(({ occurredAt }) => occurredAt >= now - kept)
  const passed = rows.slice(0, Math.min(firstKept < 0 ? rows.length : firstKept, limit))
  const next = rows[passed.length]
  const dueAt = Math.min(next ? Math.max(next.occurredAt + kept, now) : now + DAY, now + DAY)
  const anchor = passed.at(-1)
  if (!anchor) {
    await deps.db.bookkeep([postponeHead(tenantId, dueAt)])
    return 0
  }
  const { seq: anchorSeq, chain: anchorChain } = anchor
  const after = await signHead(deps, { ...head, anchorSeq, anchorChain })
  try {
    const [, , , deleted] = await deps.db.bookkeep([
      replaceHead(after, head.mac, dueAt),
      guardStatement('state_allows'),
      postponeHead(tenantId, dueAt),
      deletePassed(after),
    ])
    return deleted.length
  } catch (error) {
    if (isTaken(error)) return 0
    throw error
  }
}

async function retentionDays(deps: Pick<Deps, 'tenants'>, tenantId: string): Promise<number> {
  const tenant = await deps.tenants.find({ kind: 'id', value: tenantId })
  return auditSettings.parse(tenant?.modules['audit']?.settings ?? {}).retentionDays
}

import { limits } from '../../../../kernel/limits.ts'
import { DatabaseError } from '../../../../ports/database.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { guardStatement } from '../../../commit/index.ts'
import { GENESIS, isGenuine, sealEntries, signHead } from '../domain.ts'
import {
  type OwedRow,
  countGuard,
  findOwed,
  findOwedOf,
  placeEntries,
  replaceHead,
} from '../repo.ts'
import type { StoredHead } from '../types.ts'

type SealDeps = Pick<Deps, 'db' | 'secrets' | 'telemetry'>

/** Retention first looks at a new chain after this time. */
export const DAY = 86_400_000

/**
 * Gives the entries of a shard that have no place yet theirs in the chains of their tenants, page by
 * page, at most `limits.audit.sealPages` pages; `tenantId` keeps it to one tenant. Returns how many.
 *
 * Of two sealers at once one prevails for each page of a tenant; the other leaves it alone. A chain
 * whose head the platform has not made grows no further: the log says so, and `audit:verify` why.
 */
export async function sealOwed(
  deps: SealDeps,
  now: number,
  tenantId: string | null = null,
): Promise<number> {
  const { sealPage, sealPages } = limits.audit
  let after = { tenantId: tenantId ?? '', id: '' }
  let sealed = 0
  for (let page = 0; page < sealPages; page += 1) {
    const find = tenantId === null ? findOwed : findOwedOf
    const rows = await deps.db.read(find(after, sealPage))
    for (const [owner, entries] of byTenant(rows))
      sealed += await sealTenant(deps, owner, entries, now)
    const last = rows.at(-1)
    if (!last || rows.length < sealPage) break
    after = { tenantId: last.owner, id: last.id }
  }
  return sealed
}

function byTenant(rows: readonly OwedRow[]): Map<string, OwedRow[]> {
  const groups = new Map<string, OwedRow[]>()
  for (const row of rows) {
    const group = groups.get(row.owner)
    if (group) group.push(row)
    else groups.set(row.owner, [row])
  }
  return groups
}

async function sealTenant(
  deps: SealDeps,
  tenantId: string,
  rows: readonly OwedRow[],
  now: number,
): Promise<number> {
  const [first] = rows
  const before = first && headIn(first)
  const isSound = before ? await isGenuine(deps, before) : first?.isOrphan === 0
  if (!isSound) {
    deps.telemetry.log('error', 'audit chain not sealed: its head is not ours', { tenantId })
    return 0
  }
  const entries = rows.map(({ id, entryMac }) => ({ id, mac: entryMac }))
  const { sealed, end } = await sealEntries(before ?? GENESIS, entries)
  const anchor = before ?? { anchorSeq: GENESIS.seq, anchorChain: GENESIS.chain }
  const { anchorSeq, anchorChain } = anchor
  const head = await signHead(deps, { tenantId, ...end, anchorSeq, anchorChain })
  try {
    await deps.db.bookkeep([
      replaceHead(head, before?.mac ?? null, now + DAY),
      guardStatement('state_allows'),
      placeEntries(tenantId, sealed),
      countGuard(sealed.length),
    ])
    return sealed.length
  } catch (error) {
    if (isTaken(error)) return 0
    if (!(error instanceof DatabaseError) || error.failure.kind !== 'constraint') throw error
    // Somebody has put an entry where the next one belongs; other tenants are sealed all the same.
    deps.telemetry.error('audit chain not sealed', error, { tenantId })
    return 0
  }
}

function headIn(row: OwedRow): StoredHead | undefined {
  const { tenantId, seq, chain, anchorSeq, anchorChain, mac } = row
  if (tenantId === null || seq === null || chain === null) return undefined
  if (anchorSeq === null || anchorChain === null || mac === null) return undefined
  return { tenantId, seq, chain, anchorSeq, anchorChain, mac }
}

/** Whether another sealer or sweep was faster. */
export function isTaken(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false
  return error.failure.kind === 'constraint' && error.failure.name === 'state_allows'
}

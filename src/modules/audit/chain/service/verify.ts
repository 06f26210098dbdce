import type * as z from 'zod'
import type { RequestContext, TenantSnapshot } from '../../../../kernel/context.ts'
import { deployment } from '../../../../kernel/deployment.ts'
import { AppError, errors, invalid } from '../../../../kernel/errors.ts'
import { limits } from '../../../../kernel/limits.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { auditMac } from '../../../commit/index.ts'
import { requireOperator } from '../../../tenants/index.ts'
import { auditErrors } from '../../errors.ts'
import type { VerifiedLog, verifyInput } from '../../schemas.ts'
import { isGenuine, nextPosition, positionOf, receiptOf } from '../domain.ts'
import { type SealedRow, findHead, findSealed } from '../repo.ts'
import type { Fault, Position, StoredHead } from '../types.ts'
import { sealOwed } from './seal.ts'

type ChainDeps = Pick<Deps, 'db' | 'secrets'>

/**
 * Seals what is owed and verifies a log from its anchor, or from a receipt: each entry is what was
 * written, in its place, none missing and none too many. Ends after `limits.audit.verifyMilliseconds`.
 * Needs `audit:verify`; for another tenant in the control tenant.
 *
 * Throws `audit.chain_broken`, which names the first entry that is wrong and why, `not_found`, and
 * `invalid_input` for a receipt of entries that are no longer kept.
 */
export async function verifyLog(
  deps: Deps,
  ctx: RequestContext,
  { slug, receipt }: z.infer<typeof verifyInput>,
): Promise<VerifiedLog> {
  if (slug === undefined) requirePermission(ctx, 'audit:verify', null)
  else requireOperator(ctx, 'audit:verify')
  await deps.db.confirm()
  const tenant = slug === undefined ? ctx.tenant : await findTenant(deps, slug)
  const there = { ...deps, db: deps.shards.openUngated(tenant.shard) }
  await sealOwed(there, ctx.now, tenant.id)
  const head = await openHead(there, tenant.id)
  if (!head) return { tenantId: tenant.id, entries: 0, receipt: '0.', isComplete: true }
  const start = await startOf(there, head, receipt)
  const until = deps.clock.now() + limits.audit.verifyMilliseconds
  const end = await walk(there, head, start, () => deps.clock.now() > until)
  return {
    tenantId: tenant.id,
    entries: end.seq - start.seq,
    receipt: receiptOf(end),
    isComplete: end.seq === head.seq,
  }
}

async function findTenant(deps: Deps, slug: string): Promise<TenantSnapshot> {
  if (slug === deployment.id) return deployment
  const tenant = await deps.tenants.find({ kind: 'slug', value: slug })
  if (!tenant) throw new AppError(errors.notFound)
  return tenant
}

/** The head, when the platform has made it and no entry stands beyond it or before the anchor. */
async function openHead(deps: ChainDeps, tenantId: string): Promise<StoredHead | undefined> {
  const found = await deps.db.first(findHead(tenantId))
  if (!found) return undefined
  const { first, last, ...head } = found
  if (!isStored(head)) {
    if (last !== null) throw broken({ seq: last, id: null, reason: 'the end of the chain is gone' })
    return undefined
  }
  const { seq, anchorSeq } = head
  if (!(await isGenuine(deps, head)))
    throw broken({ seq, id: null, reason: 'the end of the chain was not made by the platform' })
  if (last !== null && last > seq)
    throw broken({ seq: last, id: null, reason: 'it stands behind the end of the chain' })
  if (first !== null && first <= anchorSeq)
    throw broken({ seq: first, id: null, reason: 'it stands among entries that were removed' })
  return head
}

function isStored(head: Partial<StoredHead>): head is StoredHead {
  return typeof head.mac === 'string'
}

/** Where to begin: at the anchor, or at a receipt that the chain must hold. */
async function startOf(
  deps: ChainDeps,
  head: StoredHead,
  receipt: string | undefined,
): Promise<Position> {
  const anchor = { seq: head.anchorSeq, chain: head.anchorChain }
  if (receipt === undefined) return anchor
  const wanted = positionOf(receipt)
  if (wanted.seq < anchor.seq)
    throw invalid('/receipt', 'is of entries that are no longer kept: verify without it')
  const range = { after: wanted.seq - 1, last: wanted.seq, limit: 1 }
  const [row] = await deps.db.read(findSealed(head.tenantId, range))
  const there = wanted.seq === anchor.seq ? anchor : row
  if (there?.chain !== wanted.chain)
    throw broken({ seq: wanted.seq, id: null, reason: 'it is not the entry of the receipt' })
  return wanted
}

async function walk(
  deps: ChainDeps,
  head: StoredHead,
  start: Position,
  isOver: () => boolean,
): Promise<Position> {
  const { tenantId, seq: last } = head
  let position = start
  while (position.seq < last && !isOver()) {
    const range = { after: position.seq, last, limit: limits.audit.verifyPage }
    const rows = await deps.db.read(findSealed(tenantId, range))
    const [first] = rows
    if (first?.seq !== position.seq + 1) {
      position = await movedAnchor(deps, tenantId, position, first)
      continue
    }
    for (const row of rows) position = await checkEntry(deps, position, row)
  }
  if (position.seq === last && position.chain !== head.chain)
    throw broken({ seq: last, id: null, reason: 'it is not the end that the platform has signed' })
  return position
}

async function checkEntry(deps: ChainDeps, before: Position, row: SealedRow): Promise<Position> {
  const { id, seq } = row
  if (seq !== before.seq + 1) throw missing(before.seq + 1)
  if ((await auditMac(deps, row)) !== row.mac)
    throw broken({ seq, id, reason: 'its content is not what the platform has written' })
  const place = await nextPosition(before, row.mac)
  if (place.chain !== row.chain)
    throw broken({ seq, id, reason: 'it does not follow the entry before it' })
  return place
}

/** Retention may have removed what was to come next; anything else that is gone is a fault. */
async function movedAnchor(
  deps: ChainDeps,
  tenantId: string,
  position: Position,
  first: SealedRow | undefined,
): Promise<Position> {
  const head = await openHead(deps, tenantId)
  const isMoved = head !== undefined && head.anchorSeq > position.seq
  if (!isMoved || (first && first.seq <= head.anchorSeq)) throw missing(position.seq + 1)
  return { seq: head.anchorSeq, chain: head.anchorChain }
}

function missing(seq: number): AppError {
  return broken({ seq, id: null, reason: 'it is missing' })
}

function broken({ seq, id, reason }: Fault): AppError {
  const name = id === null ? `entry ${seq}` : `entry ${seq} (${id})`
  return new AppError(auditErrors.chainBroken, { detail: `The first fault is ${name}: ${reason}.` })
}

import type { RequestContext } from '../../../kernel/context.ts'
import { BEYOND_IDS } from '../../../kernel/cursor.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { eventOf } from '../../../kernel/events.ts'
import { requirePermission } from '../../../kernel/permissions.ts'
import type { Page } from '../../../kernel/schemas.ts'
import type { CommitPort, Deps } from '../../../ports/deps.ts'
import { commit } from '../../commit/index.ts'
import { suppressionErrors } from './errors.ts'
import { addressReleased, addressSuppressed } from './events.ts'
import {
  ALREADY_SUPPRESSED,
  type SuppressionRow,
  deleteSuppression,
  findSuppression,
  findSuppressions,
  findSuppressionsOf,
  insertSuppression,
  toSuppression,
} from './repo.ts'
import type { SuppressInput, SuppressionsQuery } from './schemas.ts'
import type { Suppression } from './types.ts'

/** The suppression list, newest first; of one address when it is given. */
export async function listSuppressions(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  input: SuppressionsQuery,
): Promise<Page<Suppression>> {
  requirePermission(ctx, 'mail:read')
  const { address, limit, cursor } = input
  const tenantId = ctx.tenant.id
  const scope = `${tenantId} mail.suppressions ${address ?? ''}`
  const [before = BEYOND_IDS] = cursor === undefined ? [] : await deps.cursors.decode(scope, cursor)
  const page = { tenantId, before: String(before), limit: limit + 1 }
  const rows =
    address === undefined
      ? await deps.db.read(findSuppressions(page))
      : newestOf(await deps.db.read(findSuppressionsOf({ tenantId, address })), page.before)
  const items = rows.slice(0, limit).map(toSuppression)
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, nextCursor: last ? await deps.cursors.encode(scope, [last.id]) : null }
}

/** An entry of the list. Throws `not_found`. */
export async function getSuppression(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<Suppression> {
  requirePermission(ctx, 'mail:read')
  const row = await deps.db.first(findSuppression({ tenantId: ctx.tenant.id, id }))
  if (!row) throw new AppError(errors.notFound)
  return toSuppression(row)
}

/** Sends an address nothing from here on. Throws `mail.already_suppressed`. */
export async function suppressAddress(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  input: SuppressInput,
): Promise<Suppression> {
  requirePermission(ctx, 'mail:manage')
  const id = deps.ids.next()
  const { address, reason, note } = input
  const row = { id, address, reason, note, messageId: null }
  return commit(deps, ctx, {
    writes: [{ statement: insertSuppression({ ...row, tenantId: ctx.tenant.id, now: ctx.now }) }],
    events: [
      eventOf(
        addressSuppressed,
        { type: 'mail_suppression', id, version: 1 },
        { suppressionId: id, reason },
      ),
    ],
    audit: {
      action: 'mail.suppression.added',
      targetType: 'mail_suppression',
      targetId: id,
      changes: { reason: { after: reason } },
    },
    result: toSuppression({ ...row, createdAt: ctx.now }),
    refusals: { [ALREADY_SUPPRESSED]: suppressionErrors.alreadySuppressed },
  })
}

/** Takes an entry off the list. Throws `not_found`. */
export async function releaseAddress(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<void> {
  requirePermission(ctx, 'mail:manage')
  const tenantId = ctx.tenant.id
  const row = await deps.db.first(findSuppression({ tenantId, id }))
  if (!row) throw new AppError(errors.notFound)
  await commit(deps, ctx, {
    writes: [{ statement: deleteSuppression(tenantId, id), guard: 'row_found' }],
    events: [
      eventOf(
        addressReleased,
        { type: 'mail_suppression', id, version: 2 },
        { suppressionId: id, reason: row.reason },
      ),
    ],
    audit: {
      action: 'mail.suppression.removed',
      targetType: 'mail_suppression',
      targetId: id,
      changes: { reason: { before: row.reason } },
    },
    result: undefined,
  })
}

/** An address has one entry a reason, so they are few enough to be sorted here. */
function newestOf(rows: readonly SuppressionRow[], before: string): SuppressionRow[] {
  return rows.filter(({ id }) => id < before).toSorted((one, other) => (one.id < other.id ? 1 : -1))
}

import type * as z from 'zod'
import type { RequestContext } from '../../../../kernel/context.ts'
import { limits } from '../../../../kernel/limits.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { Page } from '../../../../kernel/schemas.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { findOldestEntries } from '../repo.ts'
import type { ExportedEntry, exportInput } from '../schemas.ts'
import { exportedEntry } from './dto.ts'
import { idsOf, timeOf } from './read-entries.ts'

type ExportDeps = Pick<Deps, CommitPort | 'cursors'>

/**
 * A page of the tenant's audit log, oldest first, with proofs and links. An export is itself audited:
 * its first page is answered only when that is written. Needs `audit:export`.
 */
export async function exportEntries(
  deps: ExportDeps,
  ctx: RequestContext,
  { cursor, since, until }: z.infer<typeof exportInput>,
): Promise<Page<ExportedEntry>> {
  requirePermission(ctx, 'audit:export', null)
  const tenantId = ctx.tenant.id
  const time = timeOf({ since, until })
  const scope = `${tenantId} audit.export ${JSON.stringify(time)}`
  const [after] = cursor === undefined ? [] : await deps.cursors.decode(scope, cursor)
  if (after === undefined) await note(deps, ctx, { since, until })
  const { from, before } = idsOf(time)
  const { exportPage } = limits.audit
  const range = { from: String(after ?? from), before, limit: exportPage + 1 }
  const rows = await deps.db.read(findOldestEntries(tenantId, time, range))
  const items = rows.slice(0, exportPage)
  const last = rows.length > exportPage ? items.at(-1) : undefined
  return {
    items: items.map(exportedEntry),
    nextCursor: last ? await deps.cursors.encode(scope, [last.id]) : null,
  }
}

/** A page as NDJSON; its last line names the next page where there is one. */
export function ndjsonOf({ items, nextCursor }: Page<ExportedEntry>): string {
  const lines = nextCursor === null ? items : [...items, { nextCursor }]
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

async function note(
  deps: ExportDeps,
  ctx: RequestContext,
  range: { readonly since?: string | undefined; readonly until?: string | undefined },
): Promise<void> {
  await commit(deps, ctx, {
    writes: [],
    events: [],
    audit: {
      action: 'audit.log.exported',
      targetType: 'tenant',
      targetId: ctx.tenant.id,
      changes: { since: range.since ?? null, until: range.until ?? null },
    },
    result: undefined,
  })
}

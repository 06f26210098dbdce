import { toRfc3339, toRfc3339OrNull } from '../../../kernel/clock.ts'
import type { RequestContext } from '../../../kernel/context.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import type { Deps } from '../../../ports/deps.ts'
import { requireOperator } from '../../tenants/index.ts'
import { folderOf } from '../domain.ts'
import { findTransfer } from '../repo.ts'
import { type FileLink, type Transfer, exportPayload, importPayload } from '../schemas.ts'
import { readManifest } from './files.ts'

/** How long a link works. */
const LINK_SECONDS = 900

/** An export or an import. Needs `transfers:read` in the control tenant. Throws `not_found`. */
export async function getTransfer(
  deps: Pick<Deps, 'db' | 'storage'>,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<Transfer> {
  requireOperator(ctx, 'transfers:read')
  const row = await deps.db.first(findTransfer(ctx.tenant.id, id))
  if (!row) throw new AppError(errors.notFound)
  const isExport = row.name === 'transfer:export'
  const payload = (isExport ? exportPayload : importPayload).parse(JSON.parse(row.payload))
  const manifest = isExport ? await readManifest(deps, ctx.tenant.id, id) : undefined
  return {
    id,
    kind: isExport ? 'export' : 'import',
    tenantId: payload.tenantId,
    state: row.state,
    progress: row.progress,
    error: row.lastError,
    createdAt: toRfc3339(row.createdAt),
    finishedAt: toRfc3339OrNull(row.finishedAt),
    manifest: manifest ?? null,
  }
}

/**
 * Where a file of an export can be fetched for 15 minutes. Needs `transfers:read` in the control
 * tenant. Throws `not_found`.
 */
export async function linkFile(
  deps: Pick<Deps, 'db' | 'storage'>,
  ctx: RequestContext,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<FileLink> {
  await requireExport(deps, ctx, id)
  const key = folderOf(ctx.tenant.id, id) + name
  const info = await deps.storage.head(key)
  if (!info) throw new AppError(errors.notFound)
  const signed = await deps.storage.signer?.signGet(key, {
    expiresSeconds: LINK_SECONDS,
    contentDisposition: 'attachment',
  })
  return {
    name,
    size: info.size,
    url: signed?.url ?? null,
    expiresAt: toRfc3339OrNull(signed?.expiresAt ?? null),
  }
}

/** The export of the id, which the operator may read. Throws `not_found`. */
export async function requireExport(
  { db }: Pick<Deps, 'db'>,
  ctx: RequestContext,
  id: string,
): Promise<{ readonly id: string }> {
  requireOperator(ctx, 'transfers:read')
  const row = await db.first(findTransfer(ctx.tenant.id, id))
  if (row?.name !== 'transfer:export') throw new AppError(errors.notFound)
  return { id }
}

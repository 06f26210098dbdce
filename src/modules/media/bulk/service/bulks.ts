import { toRfc3339, toRfc3339OrNull } from '../../../../kernel/clock.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { jobOf } from '../../../../kernel/job.ts'
import { limits } from '../../../../kernel/limits.ts'
import { requirePermission, userIdOf } from '../../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { mediaErrors } from '../../errors.ts'
import { findFolder } from '../../folders/index.ts'
import { PERMISSIONS } from '../domain.ts'
import { bulkJob } from '../jobs.ts'
import { findBulk, findPresent, insertBulk, toBulk } from '../repo.ts'
import type { BulkDto, BulkInput } from '../schemas.ts'
import type { Bulk } from '../types.ts'

/**
 * Starts a change of many assets. Needs what the action needs on one of them. Throws
 * `media.asset_unknown` and `media.folder_unknown` for what is named and not there.
 */
export async function startBulk(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  input: BulkInput,
): Promise<BulkDto> {
  requirePermission(ctx, PERMISSIONS[input.action])
  await requireNamed(deps, ctx, input)
  const id = deps.ids.next()
  const userId = userIdOf(ctx.principal) ?? null
  const begun = { position: 0, done: 0, refused: 0, refusals: [], finishedAt: null }
  const bulk: Bulk = { id, input, userId, ...begun, createdAt: ctx.now }
  return commit(deps, ctx, {
    writes: insertBulk(ctx.tenant.id, bulk, limits.media.bulk.kept),
    events: [],
    jobs: [jobOf(bulkJob, { bulkId: id }, { id })],
    audit: {
      action: 'media.bulk.started',
      targetType: 'media.bulk',
      targetId: id,
      changes: { ...input },
    },
    result: presentBulk(bulk, 'queued', null),
  })
}

async function requireNamed(
  { db }: Pick<Deps, 'db'>,
  { tenant: { id: tenantId } }: RequestContext,
  { ids = [], folderId = null }: BulkInput,
): Promise<void> {
  const [found, folder] = await Promise.all([
    ids.length > 0 ? db.read(findPresent(tenantId, ids)) : [],
    folderId === null ? true : db.first(findFolder({ tenantId, id: folderId })),
  ])
  if (!folder) throw new AppError(mediaErrors.folderUnknown)
  const known = new Set(found.map(({ id }) => id))
  const errors = ids.flatMap((id, at) =>
    known.has(id) ? [] : [{ pointer: `/ids/${at}`, detail: 'does not exist' }],
  )
  if (errors.length > 0)
    throw new AppError(mediaErrors.assetUnknown, { errors: errors.slice(0, 50) })
}

/** A change of many assets, while it is one of the newest of the tenant. Throws 404. */
export async function getBulk(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<BulkDto> {
  requirePermission(ctx, 'media:read')
  const row = await deps.db.first(findBulk(ctx.tenant.id, id))
  if (!row) throw new AppError(errors.notFound)
  return presentBulk(toBulk(id, row), row.state, row.lastError)
}

function presentBulk(bulk: Bulk, state: BulkDto['state'] | null, error: string | null): BulkDto {
  const { id, input, done, refused, refusals, createdAt, finishedAt } = bulk
  return {
    id,
    action: input.action,
    state: state ?? (finishedAt === null ? 'dead' : 'done'),
    total: input.ids?.length ?? null,
    done,
    refused,
    refusals: [...refusals],
    error,
    createdAt: toRfc3339(createdAt),
    finishedAt: toRfc3339OrNull(finishedAt),
  }
}

import { changesBetween } from '../../../../kernel/changes.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { limits } from '../../../../kernel/limits.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import { type ExpectedVersion, requireVersion } from '../../../../kernel/version.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { type Write, commit } from '../../../commit/index.ts'
import { mediaErrors } from '../../errors.ts'
import { placeFault } from '../domain.ts'
import { folderEvents } from '../events.ts'
import {
  deleteFolder as deleteWrite,
  findFolder,
  insertFolder,
  listFolders as listQuery,
  updateFolder as updateWrite,
} from '../repo.ts'
import type { CreateFolderInput, FolderDto, UpdateFolderInput } from '../schemas.ts'
import type { Folder } from '../types.ts'

type WriteDeps = Pick<Deps, CommitPort>

interface Target {
  readonly id: string
  readonly ifMatch: ExpectedVersion
}

/** The whole tree, each folder’s children by name. Bounded by `limits.media.folders`. */
export async function listFolders(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
): Promise<{ items: FolderDto[]; nextCursor: null }> {
  requirePermission(ctx, 'media:read')
  return { items: [...(await loadAll(deps, ctx)).values()], nextCursor: null }
}

/** One folder. Throws 404. */
export async function getFolder(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<FolderDto> {
  requirePermission(ctx, 'media:read')
  const folder = await deps.db.first(findFolder({ tenantId: ctx.tenant.id, id }))
  if (!folder) throw new AppError(errors.notFound)
  return folder
}

/**
 * Adds a folder. Throws `media.name_taken`, `media.folder_unknown`, `media.folder_cycle` and
 * `media.too_many_folders`.
 */
export async function createFolder(
  deps: WriteDeps,
  ctx: RequestContext,
  { name, parentId = null }: CreateFolderInput,
): Promise<FolderDto> {
  requirePermission(ctx, 'media:update')
  const all = await loadAll(deps, ctx)
  if (all.size >= limits.media.folders) throw new AppError(mediaErrors.tooManyFolders)
  const folder: Folder = { id: deps.ids.next(), parentId, name, version: 1 }
  requirePlace(all, folder)
  const write = insertFolder(ctx.tenant.id, folder, ctx.now)
  return commitFolder(deps, ctx, { before: undefined, after: folder, happened: 'created', write })
}

/** Renames or moves a folder; what is absent stays. Throws 404, 412 and as `createFolder`. */
export async function updateFolder(
  deps: WriteDeps,
  ctx: RequestContext,
  { name, parentId, ...target }: UpdateFolderInput & Target,
): Promise<FolderDto> {
  const all = await loadAll(deps, ctx)
  const before = requireFolder(ctx, all, target)
  const after: Folder = {
    ...before,
    name: name ?? before.name,
    parentId: parentId === undefined ? before.parentId : parentId,
    version: before.version + 1,
  }
  requirePlace(all, after)
  const write = updateWrite(ctx.tenant.id, after, ctx.now)
  return commitFolder(deps, ctx, { before, after, happened: 'updated', write })
}

/** Deletes a folder that holds neither assets nor folders. Throws 404, 412 and `media.folder_in_use`. */
export async function deleteFolder(
  deps: WriteDeps,
  ctx: RequestContext,
  target: Target,
): Promise<void> {
  const before = requireFolder(ctx, await loadAll(deps, ctx), target)
  await commitFolder(deps, ctx, {
    before,
    after: { ...before, version: before.version + 1 },
    happened: 'deleted',
    write: deleteWrite(ctx.tenant.id, before.id, before.version),
  })
}

async function loadAll(
  deps: Pick<Deps, 'db'>,
  { tenant }: RequestContext,
): Promise<Map<string, Folder>> {
  const rows = await deps.db.read(listQuery({ tenantId: tenant.id, limit: limits.media.folders }))
  return new Map(rows.map((row) => [row.id, row]))
}

function requireFolder(
  ctx: RequestContext,
  all: ReadonlyMap<string, Folder>,
  { id, ifMatch }: Target,
): Folder {
  requirePermission(ctx, 'media:update')
  const folder = all.get(id)
  if (!folder) throw new AppError(errors.notFound)
  requireVersion(folder.version, ifMatch)
  return folder
}

const PLACE_ERRORS = {
  unknown: mediaErrors.folderUnknown,
  cycle: mediaErrors.folderCycle,
  taken: mediaErrors.nameTaken,
}

/** The tree is decided on as it was read; two moves at once may still make a cycle or twins. */
function requirePlace(all: ReadonlyMap<string, Folder>, folder: Folder): void {
  const fault = placeFault(all, folder)
  if (fault) throw new AppError(PLACE_ERRORS[fault])
}

function commitFolder(
  deps: WriteDeps,
  ctx: RequestContext,
  change: {
    readonly before: Folder | undefined
    readonly after: Folder
    readonly happened: keyof typeof folderEvents
    readonly write: Write
  },
): Promise<FolderDto> {
  const { before, after, happened, write } = change
  const { id, name, version } = after
  const event = folderEvents[happened]
  const isGone = happened === 'deleted'
  return commit(deps, ctx, {
    writes: [write],
    events: [eventOf(event, { type: 'media.folder', id, version }, { id, name })],
    audit: {
      action: event.type,
      targetType: 'media.folder',
      targetId: id,
      changes: changesBetween(before, isGone ? undefined : after, ['name', 'parentId']),
    },
    result: { ...after },
    refusals: { '': isGone ? mediaErrors.folderInUse : mediaErrors.folderUnknown },
  })
}

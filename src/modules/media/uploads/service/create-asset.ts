import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { parseWith } from '../../../../kernel/parse.ts'
import { requirePermission, userIdOf } from '../../../../kernel/permissions.ts'
import type { RawBody } from '../../../../kernel/raw-body.ts'
import type { Commit, Write } from '../../../commit/index.ts'
import {
  type Asset,
  type AssetDto,
  fileEvents,
  insertAsset,
  presentAsset,
} from '../../assets/index.ts'
import { mediaErrors } from '../../errors.ts'
import { findFolder } from '../../folders/index.ts'
import { type UploadInput, uploadQuery } from '../schemas.ts'
import { type NewFile, type UploadDeps, fileChanges, uploadFile } from './upload-file.ts'

/** Bytes that were in the store before. */
interface WaitingBytes {
  /** That the asset is to have. */
  readonly id: string
  readonly bytes: number
  /** What is written with the asset, before it. */
  readonly writes: readonly Write[]
}

/** What an asset is made of. */
interface Making extends UploadInput {
  readonly raw: RawBody
  readonly waiting?: WaitingBytes
}

/**
 * Makes an asset of a file. What the query leaves out the fields of a form may say. Throws as
 * `uploadFile`, `media.folder_unknown` and 422 for fields that are wrong.
 */
export function createAsset(
  deps: UploadDeps,
  ctx: RequestContext,
  { raw, waiting, ...query }: Making,
): Promise<AssetDto> {
  requirePermission(ctx, 'media:upload')
  const id = waiting?.id ?? deps.ids.next()
  return uploadFile(deps, ctx, raw, {
    reader: {
      folderId: query.folderId,
      held: waiting?.bytes,
      query: findFolder({ tenantId: ctx.tenant.id, id: query.folderId ?? '' }),
      check(folder) {
        if (query.folderId !== undefined && !folder) throw new AppError(mediaErrors.folderUnknown)
      },
    },
    commit(file) {
      const plan = planOf(ctx, id, query, file)
      return { ...plan, writes: [...(waiting?.writes ?? []), ...plan.writes] }
    },
  })
}

function planOf(
  ctx: RequestContext,
  id: string,
  query: UploadInput,
  { file, kind, name, fields, jobsOf }: NewFile,
): Commit<AssetDto> {
  const said = { ...parseWith(uploadQuery, Object.fromEntries(fields)), ...query }
  const asset: Asset = {
    id,
    state: 'ready',
    visibility: said.visibility ?? 'public',
    folderId: said.folderId ?? null,
    kind,
    name: said.name ?? name,
    tags: [],
    texts: {},
    focalX: 0.5,
    focalY: 0.5,
    createdBy: userIdOf(ctx.principal) ?? null,
    version: 1,
    createdAt: ctx.now,
    updatedAt: ctx.now,
    trashedAt: null,
    file: { ...file, number: 1 },
  }
  const { number, mediaType, bytes, sha256 } = asset.file
  const event = fileEvents.ready
  return {
    writes: insertAsset(ctx.tenant.id, asset),
    jobs: jobsOf(asset),
    events: [
      eventOf(
        event,
        { type: 'media.asset', id, version: 1 },
        { id, file: number, mediaType, bytes, sha256 },
      ),
    ],
    audit: {
      action: event.type,
      targetType: 'media.asset',
      targetId: id,
      changes: { name: { after: asset.name }, ...fileChanges(undefined, asset.file) },
    },
    result: presentAsset(asset),
    refusals: { '': mediaErrors.folderUnknown },
  }
}

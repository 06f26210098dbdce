import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { limits } from '../../../../kernel/limits.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { RawBody } from '../../../../kernel/raw-body.ts'
import type { ExpectedVersion } from '../../../../kernel/version.ts'
import type { Commit } from '../../../commit/index.ts'
import {
  type Asset,
  type AssetDto,
  fileEvents,
  findAsset,
  insertFile,
  presentAsset,
  requireTarget,
  toAsset,
  updateAsset,
} from '../../assets/index.ts'
import { mediaErrors } from '../../errors.ts'
import {
  type NewFile,
  type UploadDeps,
  fileChanges,
  requireRow,
  uploadFile,
} from './upload-file.ts'

/** The asset that gets another file. */
interface Replacement {
  readonly id: string
  readonly ifMatch: ExpectedVersion
  readonly raw: RawBody
}

/**
 * Gives an asset another file; the one before stays to be read under its own address. Throws as
 * `uploadFile`, 404, 412, `media.in_trash` and `media.too_many_files`.
 */
export function replaceFile(
  deps: UploadDeps,
  ctx: RequestContext,
  { id, ifMatch, raw }: Replacement,
): Promise<AssetDto> {
  requirePermission(ctx, 'media:upload')
  return uploadFile(deps, ctx, raw, {
    reader: {
      assetId: id,
      query: findAsset({ tenantId: ctx.tenant.id, id }),
      check(row) {
        const asset = toAsset(requireRow(row))
        requireTarget(asset, { id, ifMatch }, 'ready')
        if (asset.file.number >= limits.media.files) throw new AppError(mediaErrors.tooManyFiles)
      },
    },
    commit: (file, row) => planOf(ctx, toAsset(requireRow(row)), file),
  })
}

function planOf(
  ctx: RequestContext,
  before: Asset,
  { file, kind, jobsOf }: NewFile,
): Commit<AssetDto> {
  const after: Asset = {
    ...before,
    kind,
    version: before.version + 1,
    updatedAt: ctx.now,
    file: { ...file, number: before.file.number + 1 },
  }
  const { id, version } = after
  const { number, mediaType, bytes, sha256 } = after.file
  const event = fileEvents.replaced
  return {
    writes: [...updateAsset(ctx.tenant.id, after, before), insertFile(ctx.tenant.id, after)],
    jobs: jobsOf(after),
    events: [
      eventOf(
        event,
        { type: 'media.asset', id, version },
        { id, file: number, mediaType, bytes, sha256 },
      ),
    ],
    audit: {
      action: event.type,
      targetType: 'media.asset',
      targetId: id,
      changes: fileChanges(before.file, after.file),
    },
    result: presentAsset(after),
  }
}

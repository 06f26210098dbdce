import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { RawBody } from '../../../../kernel/raw-body.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { type AssetDto, findAsset, presentAsset, toAsset } from '../../assets/index.ts'
import { mediaErrors } from '../../errors.ts'
import { doomObject, removeDoomed } from '../../objects/index.ts'
import { type UploadDeps, createAsset } from '../../uploads/index.ts'
import { endWaiting, findWaiting } from '../repo.ts'
import type { Waiting } from '../types.ts'
import { ownedBy } from './begin.ts'
import { dropWaiting } from './drop.ts'

/** Statuses of refusals that another try would meet again. */
const FINAL: readonly number[] = [400, 413, 415, 422]

/**
 * Makes an asset of the bytes that wait in the store, as of a body. Bears being asked again, at once or
 * later: there is one asset. Throws as `createAsset`; when that is for good, the upload is gone.
 */
export async function finishWaiting(
  deps: UploadDeps,
  ctx: RequestContext,
  upload: Waiting,
): Promise<AssetDto> {
  const { id, bytes, said } = upload
  const { tenant, now } = ctx
  const books = { ...deps, db: deps.shards.openUngated(tenant.shard) }
  if (upload.state === 'done') return assetOf(books, tenant.id, id)
  const { mediaType: _, sha256: __, metadata: ___, ...query } = said
  const writes = [endWaiting(tenant.id, id), doomObject(tenant.id, id, now)]
  try {
    const raw = bytesOf(deps, upload)
    const asset = await createAsset(deps, ctx, { ...query, raw, waiting: { id, bytes, writes } })
    // What is left over the sweep takes.
    await removeDoomed(books, tenant.id, [id]).catch(() => undefined)
    return asset
  } catch (error) {
    const row = await books.db.first(findWaiting(ownedBy(ctx, upload.kind, id)))
    if (row?.state === 'done') return assetOf(books, tenant.id, id)
    const isFinal = error instanceof AppError && FINAL.includes(error.definition.status)
    if (isFinal) await dropWaiting(books, tenant.id, upload, now)
    throw error
  }
}

/** The asset of an upload; one that was deleted since is gone with it. */
async function assetOf({ db }: Pick<Deps, 'db'>, tenantId: string, id: string): Promise<AssetDto> {
  const row = await db.first(findAsset({ tenantId, id }))
  if (!row) throw new AppError(mediaErrors.uploadGone)
  return presentAsset(toAsset(row))
}

/** What waits in the store, as the body of a request. Throws `conflict` when it changes meanwhile. */
function bytesOf(
  { storage }: Pick<Deps, 'storage'>,
  { storageKey, bytes, said }: Waiting,
): RawBody {
  let etag: string | undefined
  const open = async (offset: number, length?: number) => {
    const range = { offset, ...(length === undefined ? {} : { length }) }
    const ifMatch = etag === undefined ? {} : { ifMatch: etag }
    const got = await storage.get(storageKey, { range, ...ifMatch })
    if (got?.kind !== 'found') throw new AppError(errors.conflict)
    etag = got.info.etag
    return got.body
  }
  return {
    contentType: said.mediaType,
    size: bytes,
    sha256: said.sha256,
    peek: async () => new Response(await open(0, Math.min(bytes, limits.media.head))).bytes(),
    from: (offset) => open(offset),
    async pump(offset, take) {
      for await (const piece of await open(offset)) await take(piece)
    },
  }
}

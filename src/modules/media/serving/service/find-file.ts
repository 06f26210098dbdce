import type { RequestContext } from '../../../../kernel/context.ts'
import { equalTexts } from '../../../../kernel/cursor.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { may } from '../../../../kernel/permissions.ts'
import type { Deps } from '../../../../ports/deps.ts'
import type { GotObject, Storage } from '../../../../ports/storage.ts'
import { parsePicture } from '../../variants/index.ts'
import { type Reach, linkText } from '../domain.ts'
import { findFile } from '../repo.ts'
import type { FileFacts, FileRequest } from '../types.ts'

/** A file that the caller may have. */
export interface FoundFile {
  readonly facts: FileFacts
  readonly reach: Reach
}

/**
 * Finds a file for whoever may have it. A public one needs no database when this isolate knows it. A
 * private one, and one in the trash, is there for those with `media:read` or a signed link alone; for
 * all others it does not exist. Throws 404.
 */
export async function findServed(
  deps: Pick<Deps, 'db' | 'secrets' | 'publicCache'>,
  ctx: RequestContext,
  request: FileRequest,
): Promise<FoundFile> {
  const facts = await loadFacts(deps, ctx, request)
  const reach = facts && (await reachOf(deps, ctx, request, facts))
  if (!facts || !reach) throw new AppError(errors.notFound)
  return { facts, reach }
}

/** Opens the object of a file. Throws 404, and tells the operator, when it is not in the store. */
export async function openObject(
  { storage, telemetry }: Pick<Deps, 'storage' | 'telemetry'>,
  { storageKey }: Pick<FileFacts, 'storageKey'>,
  options?: Parameters<Storage['get']>[1],
): Promise<Extract<GotObject, { kind: 'found' }>> {
  const got = await storage.get(storageKey, options)
  if (got?.kind === 'found') return got
  telemetry.log('error', 'a file is not in the store', { storageKey })
  throw new AppError(errors.notFound)
}

/** What is known of a file, whoever asks. */
async function loadFacts(
  { db, publicCache }: Pick<Deps, 'db' | 'publicCache'>,
  { tenant }: RequestContext,
  { assetId, number }: FileRequest,
): Promise<FileFacts | undefined> {
  const scope = { tenantId: tenant.id, module: 'media' }
  const key = `${assetId}/${number}`
  const known = publicCache.get(scope, key)
  // -- what was put below
  if (known) return JSON.parse(new TextDecoder().decode(known.body)) as FileFacts
  const epoch = publicCache.epoch(scope)
  const row = await db.first(findFile(tenant.id, assetId, number))
  const facts = row && { ...row, picture: parsePicture(row.picture) }
  if (facts?.state === 'ready' && facts.visibility === 'public') {
    const body = new TextEncoder().encode(JSON.stringify(facts))
    publicCache.put(scope, key, { status: 200, headers: new Headers(), body, etag: '' }, epoch)
  }
  return facts
}

/** Who may have the file; undefined when the caller may not. */
async function reachOf(
  { secrets }: Pick<Deps, 'secrets'>,
  ctx: RequestContext,
  { assetId, number, expires, signature }: FileRequest,
  { state, visibility }: FileFacts,
): Promise<Reach | undefined> {
  if (state === 'ready' && visibility === 'public') return 'public'
  if (may(ctx, 'media:read', null)) return 'caller'
  if (state !== 'ready' || expires === null || signature === null) return undefined
  const text = linkText(ctx.tenant.id, assetId, number, expires)
  const isGenuine = equalTexts(await secrets.digest('media-link', text), signature)
  const seconds = Math.floor(Number(expires) - ctx.now / 1_000)
  return isGenuine && seconds > 0 ? { seconds } : undefined
}

import type { RequestContext } from '../../../../kernel/context.ts'
import { equalTexts } from '../../../../kernel/cursor.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { may } from '../../../../kernel/permissions.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { type Reach, answerTo, headersOf, linkText } from '../domain.ts'
import { findFile } from '../repo.ts'
import type { FileFacts, FileRequest, Served } from '../types.ts'

type ServeDeps = Pick<Deps, 'db' | 'storage' | 'secrets' | 'publicCache' | 'telemetry'>

/**
 * Serves a file of an asset. A public one needs no database when this isolate knows it. A private one,
 * and one in the trash, is there for those with `media:read` or a signed link alone; for all others it
 * does not exist. Throws 404.
 */
export async function serveFile(
  deps: ServeDeps,
  ctx: RequestContext,
  request: FileRequest,
): Promise<Served> {
  const facts = await loadFacts(deps, ctx, request)
  const reach = facts && (await reachOf(deps, ctx, request, facts))
  if (!facts || !reach) throw new AppError(errors.notFound)
  const answer = answerTo(request, facts)
  const { status } = answer
  const headers = headersOf(facts, answer, reach)
  if (request.isHead || (status !== 200 && status !== 206)) return { status, headers, body: null }
  const range =
    status === 206
      ? { offset: answer.span.first, length: answer.span.last - answer.span.first + 1 }
      : undefined
  const got = await deps.storage.get(facts.storageKey, range ? { range } : {})
  if (got?.kind !== 'found') {
    deps.telemetry.log('error', 'a file is not in the store', { assetId: request.assetId })
    throw new AppError(errors.notFound)
  }
  return { status, headers, body: got.body }
}

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
  const facts = await db.first(findFile(tenant.id, assetId, number))
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

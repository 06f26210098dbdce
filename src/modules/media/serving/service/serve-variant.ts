import { joinBytes } from '../../../../kernel/bytes.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import type { ImageFacts } from '../../../../kernel/image/facts.ts'
import type { FocalPoint, ImagePreset } from '../../../../kernel/image/presets.ts'
import { MEDIA_TYPES } from '../../../../kernel/media-type.ts'
import { derivedKey } from '../../../../kernel/storage-key.ts'
import type { Deps } from '../../../../ports/deps.ts'
import {
  type ImageVariant,
  ImagesError,
  type VariantType,
  variantType,
} from '../../../../ports/images.ts'
import { StorageError } from '../../../../ports/storage.ts'
import { pathOfFile } from '../../domain.ts'
import { imageOf, presetName, presetOf } from '../../variants/index.ts'
import { answerTo, headersOf } from '../domain.ts'
import type { FileFacts, Served, Shown, VariantRequest } from '../types.ts'
import { type FoundFile, findServed, openObject } from './find-file.ts'
import { serveOriginal } from './serve-file.ts'

type VariantDeps = Pick<Deps, 'db' | 'storage' | 'secrets' | 'publicCache' | 'telemetry' | 'images'>

/** A variant that is wished for. */
interface Wish {
  readonly image: ImageFacts
  readonly preset: ImagePreset
  readonly focalPoint: FocalPoint
  readonly type: VariantType
}

/**
 * Serves a picture in the size of a preset, in a type that the client takes. It is made once and kept
 * beside its original; where none is made the original is served, for an hour, and while makers are out
 * of reach for no time at all. A square around another point than the asset’s is redirected. Throws
 * 404, and 503 while too many are being made.
 */
export async function serveVariant(
  deps: VariantDeps,
  ctx: RequestContext,
  request: VariantRequest,
): Promise<Served> {
  const asked = presetOf(request.preset)
  if (!asked) throw new AppError(errors.notFound)
  const found = await findServed(deps, ctx, request)
  const { facts } = found
  const image = imageOf(facts)
  if (!image) throw new AppError(errors.notFound)
  const name = presetName(asked.preset, facts)
  if (name !== request.preset) return redirect(request, found, name)
  const type = variantType(deps.images, request.header('accept') ?? undefined, image)
  const served = type && (await serveMade(deps, request, found, { ...asked, image, type }))
  return varying(served ?? (await serveOriginal(deps, request, found, 'hour')))
}

/** To the address of the picture as it is cut by now. */
function redirect(
  { assetId, number, search }: VariantRequest,
  { facts, reach }: FoundFile,
  preset: string,
): Served {
  const headers = {
    Location: pathOfFile(assetId, number, facts.name, preset) + search,
    'Cache-Control': reach === 'public' ? 'no-cache' : 'private, no-cache',
  }
  return { status: 307, headers, body: null }
}

function varying(served: Served): Served {
  const { Vary: vary, ...headers } = served.headers
  return { ...served, headers: { ...headers, Vary: vary ? `Accept, ${vary}` : 'Accept' } }
}

/** Undefined for a picture of which nothing is made. */
async function serveMade(
  deps: VariantDeps,
  request: VariantRequest,
  found: FoundFile,
  wish: Wish,
): Promise<Served | undefined> {
  try {
    return await serveObject(deps, request, found, wish)
  } catch (error) {
    if (!(error instanceof ImagesError)) throw error
    const { failure } = error
    if (failure === 'busy')
      throw new AppError(errors.unavailable, { headers: { 'Retry-After': '1' }, cause: error })
    const { assetId } = request
    deps.telemetry.log('warn', 'no variant of a picture', {
      assetId,
      failure,
      reason: error.message,
    })
    if (failure === 'broken') return undefined
    return serveOriginal(deps, request, found, 'never')
  }
}

async function serveObject(
  deps: VariantDeps,
  request: VariantRequest,
  { facts, reach }: FoundFile,
  wish: Wish,
): Promise<Served | undefined> {
  const extension = MEDIA_TYPES[wish.type][1]
  const storageKey = derivedKey(facts.storageKey, { variant: request.preset, extension })
  const kept = await deps.storage.get(storageKey)
  const isKept = kept?.kind === 'found'
  if (!isKept && !(await make(deps, facts, storageKey, wish))) return undefined
  const { info, body } = isKept ? kept : await openObject(deps, { storageKey })
  const shown: Shown = {
    tag: info.etag,
    mediaType: wish.type,
    bytes: info.size,
    name: `${facts.name.replace(/\.\w*$/, '')}.${extension}`,
    createdAt: info.uploadedAt,
  }
  // A part of something so small is not worth its rules.
  const header = (name: string) => (name.endsWith('range') ? null : request.header(name))
  const answer = answerTo({ header }, shown)
  const { 'Accept-Ranges': _, ...headers } = headersOf(shown, answer, reach)
  if (answer.status === 200 && !request.isHead) return { status: 200, headers, body }
  await body.cancel()
  return { status: answer.status, headers, body: null }
}

/** Makes a variant and keeps it; false when there is none. Another’s that was first stays. */
async function make(
  deps: VariantDeps,
  facts: FileFacts,
  key: string,
  { image, ...wish }: Wish,
): Promise<boolean> {
  const open = async () => (await openObject(deps, facts)).body
  const source = { facts: image, size: facts.bytes, open }
  const variant = await deps.images.transform({ source, ...wish })
  if (!variant) return false
  const bytes = await bytesOf(variant)
  try {
    await deps.storage.put(key, bytes, { contentType: wish.type, createOnly: true })
  } catch (error) {
    if (!(error instanceof StorageError && error.failure === 'exists')) throw error
  }
  return true
}

async function bytesOf({ body }: ImageVariant): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  try {
    for await (const part of body) parts.push(part)
  } catch (error) {
    throw new ImagesError('unavailable', 'a variant broke off', error)
  }
  return joinBytes(parts)
}

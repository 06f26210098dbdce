import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { StorageError, type UploadedPart } from '../../../../ports/storage.ts'
import { mediaErrors } from '../../errors.ts'
import { tooLarge } from '../../uploads/index.ts'
import { type Waiting, noteUpload, restKey } from '../../waiting/index.ts'

type AssemblyDeps = Pick<Deps, 'storage' | 'shards'>
type Tenant = Pick<RequestContext, 'tenant'>

const PART = limits.storage.partBytes
/** Numbers that the tries of one part take turns in, so that a late one spoils no other. */
const TURNS = 10

/** A file while one request adds to it. */
export interface Assembly {
  readonly deps: AssemblyDeps
  readonly ctx: Tenant
  /** Whether parts count as soon as they are kept. */
  readonly notes: boolean
  /** As it is noted. */
  upload: Waiting
  multipartId: string | null
  readonly parts: UploadedPart[]
  /** The part that fills. */
  piece: Uint8Array
  filled: number
  /** Forgets what this request has begun and not noted. */
  readonly forget: () => Promise<void>
}

/** Goes on where the request before has ended, with what it has left. */
export async function openAssembly(
  deps: AssemblyDeps,
  ctx: Tenant,
  upload: Waiting,
  notes: boolean,
): Promise<Assembly> {
  const parts = [...upload.parts]
  const piece = newPiece(upload, parts.length)
  const filled = upload.arrived - parts.length * PART
  if (upload.restEpoch !== null) {
    const key = restKey(ctx.tenant.id, upload, upload.restEpoch)
    const rest = await deps.storage.get(key)
    if (rest?.kind !== 'found' || rest.info.size !== filled)
      throw new StorageError('unavailable', 'a rest is not there')
    piece.set(await new Response(rest.body).bytes())
  }
  const assembly: Assembly = {
    deps,
    ctx,
    notes,
    upload,
    multipartId: upload.multipartId,
    parts,
    piece,
    filled,
    async forget() {
      const { multipartId: id } = assembly
      if (id === null || id === assembly.upload.multipartId) return
      const key = upload.storageKey
      await deps.storage.abortMultipart({ key, id }).catch(() => undefined)
    },
  }
  return assembly
}

/** As large as the part can be: the last one may be smaller. */
function newPiece({ bytes }: Waiting, parts: number): Uint8Array {
  return new Uint8Array(Math.min(PART, bytes - parts * PART))
}

/** Puts the part that is full into the store. Throws 413 when it is the last one and more comes. */
export async function keepPart(assembly: Assembly): Promise<void> {
  const { upload, parts, notes } = assembly
  if (parts.length * PART + assembly.filled === upload.bytes) throw tooLarge(upload.bytes)
  await putPart(assembly)
  assembly.piece = newPiece(upload, parts.length)
  assembly.filled = 0
  if (notes) await note(assembly, { arrived: parts.length * PART, restEpoch: null })
}

async function putPart(assembly: Assembly): Promise<void> {
  const { deps, upload, parts, piece, filled } = assembly
  const { storageKey: key } = upload
  assembly.multipartId ??= (await deps.storage.createMultipart(key)).id
  const number = parts.length * TURNS + (upload.epoch % TURNS) + 1
  const target = { key, id: assembly.multipartId }
  parts.push(await deps.storage.uploadPart(target, number, piece.subarray(0, filled)))
}

/** Keeps what is less than a part for the next request, and notes where that goes on. */
export async function keepRest(assembly: Assembly): Promise<Waiting> {
  const { deps, ctx, upload, parts, piece, filled } = assembly
  const arrived = parts.length * PART + filled
  if (arrived === upload.arrived) return upload
  if (filled === 0) return note(assembly, { arrived, restEpoch: null })
  const key = restKey(ctx.tenant.id, upload, upload.epoch)
  await deps.storage.put(key, piece.subarray(0, filled))
  try {
    return await note(assembly, { arrived, restEpoch: upload.epoch })
  } catch (error) {
    if (error instanceof AppError) await deps.storage.delete([key]).catch(() => undefined)
    throw error
  }
}

/** Makes one object of all. Throws `media.upload_gone` when the store has forgotten the parts. */
export async function sealUpload(assembly: Assembly): Promise<Waiting> {
  const { deps, upload, parts, piece, filled } = assembly
  const { storageKey: key, bytes, arrived } = upload
  if (parts.length === 0) {
    await deps.storage.put(key, piece.subarray(0, filled))
    return note(assembly, { state: 'stored', arrived, restEpoch: null })
  }
  try {
    await putPart(assembly)
    await deps.storage.completeMultipart({ key, id: assembly.multipartId ?? '' }, parts)
  } catch (error) {
    if (!(error instanceof StorageError) || error.failure !== 'upload') throw error
    // Whoever has sealed it before was not heard of.
    if ((await deps.storage.head(key))?.size !== bytes)
      throw new AppError(mediaErrors.uploadGone, { cause: error })
  }
  return note(assembly, { state: 'stored', arrived, restEpoch: null })
}

async function note(
  assembly: Assembly,
  change: Pick<Waiting, 'arrived' | 'restEpoch'> & Partial<Pick<Waiting, 'state'>>,
): Promise<Waiting> {
  const { deps, ctx, upload: before, multipartId, parts } = assembly
  const upload: Waiting = { ...before, ...change, multipartId, parts: [...parts] }
  try {
    await noteUpload(deps, ctx, upload)
  } catch (error) {
    // A note without an answer may be there.
    if (!(error instanceof AppError)) assembly.upload = upload
    throw error
  }
  assembly.upload = upload
  const { restEpoch } = before
  // What is left over goes as a stray.
  if (restEpoch !== null && restEpoch !== upload.restEpoch)
    await deps.storage.delete([restKey(ctx.tenant.id, before, restEpoch)]).catch(() => undefined)
  return upload
}

import { AppError } from '../../../../kernel/errors.ts'
import { BrokenImageError } from '../../../../kernel/image/cut.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { Deps } from '../../../../ports/deps.ts'
import type { Digest } from '../../../../ports/digester.ts'
import { type StorageBody, StorageError, type UploadedPart } from '../../../../ports/storage.ts'
import { mediaErrors } from '../../errors.ts'
import type { Reservation } from '../../objects/index.ts'
import { brokenImage, tooLarge } from '../domain.ts'
import type { Incoming, StoredBytes } from '../types.ts'
import { formFault } from './open-upload.ts'

type StoreDeps = Pick<Deps, 'storage' | 'openDigest'>

/** Bytes on their way to an object. */
interface Transfer {
  readonly open: () => Promise<ReadableStream<Uint8Array>>
  /** As `open`, with the memory of one piece, where there is such a way. */
  readonly pump?: Incoming['pump']
  readonly contentType: string
  /** Bytes that were told before. */
  readonly size: number | undefined
  /** Whether fewer may come: whoever makes them fewer holds them against what was told. */
  readonly mayShrink?: boolean
}

const PART = limits.storage.partBytes

/**
 * Puts the bytes of a file into the store with flat memory: at once when they are few, as a stream when
 * their number is known, else part by part. Throws 413 for more than there may be, `media.incomplete`
 * for another number than told, `media.type_refused` for a broken picture and `bad_request` for a form
 * that breaks off. What it leaves behind when it throws is not visible and goes with the object.
 */
export async function storeBytes(
  deps: StoreDeps,
  object: Pick<Reservation, 'storageKey' | 'most'>,
  transfer: Transfer,
): Promise<StoredBytes> {
  const digest = deps.openDigest()
  try {
    const { size, mayShrink = false } = transfer
    const isLarge = size !== undefined && size > PART && !mayShrink
    const kept = isLarge
      ? await putStream(deps, object, transfer, size, digest)
      : await putPieces(deps, object, transfer, digest)
    if (size !== undefined && kept !== size && !mayShrink)
      throw new AppError(mediaErrors.incomplete)
    return { bytes: kept, sha256: await digest.hex() }
  } catch (error) {
    digest.cancel()
    throw faultOf(error)
  }
}

function faultOf(error: unknown): unknown {
  if (error instanceof StorageError && error.failure === 'size')
    return new AppError(mediaErrors.incomplete, { cause: error })
  if (error instanceof BrokenImageError) return brokenImage()
  return formFault(error) ?? error
}

/** As many bytes as were told, on as they come. */
async function putStream(
  { storage }: StoreDeps,
  { storageKey }: Pick<Reservation, 'storageKey'>,
  { open, pump, contentType }: Transfer,
  size: number,
  digest: Digest,
): Promise<number> {
  const body: StorageBody = pump
    ? {
        size,
        pump: (take) =>
          pump(async (piece) => {
            await digest.update(piece)
            await take(piece)
          }),
      }
    : { size, stream: (await open()).pipeThrough(watching(digest)) }
  return (await storage.put(storageKey, body, { contentType, createOnly: true })).size
}

function watching(digest: Digest): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    async transform(chunk, controller) {
      await digest.update(chunk)
      controller.enqueue(chunk)
    },
  })
}

/** An unknown number of bytes: one put when they fit into a part, else parts of one size. */
async function putPieces(
  { storage }: StoreDeps,
  { storageKey, most }: Pick<Reservation, 'storageKey' | 'most'>,
  { open, contentType, size = PART }: Transfer,
  digest: Digest,
): Promise<number> {
  const pieces = piecesOf(await open(), Math.max(1, Math.min(PART, size)), most, digest)
  const first = await pieces.next()
  const second = first.done ? first : await pieces.next()
  if (first.done || second.done) {
    const bytes = first.value ?? new Uint8Array()
    await storage.put(storageKey, bytes, { contentType, createOnly: true })
    return bytes.length
  }
  const upload = await storage.createMultipart(storageKey, { contentType })
  try {
    const parts: UploadedPart[] = []
    for (let piece: IteratorResult<Uint8Array, undefined> = first; !piece.done;) {
      parts.push(await storage.uploadPart(upload, parts.length + 1, piece.value))
      piece = parts.length === 1 ? second : await pieces.next()
    }
    return (await storage.completeMultipart(upload, parts)).size
  } catch (error) {
    await pieces.return(undefined)
    // The store forgets uploads by itself that stay open.
    await storage.abortMultipart(upload).catch(() => undefined)
    throw error
  }
}

/** Pieces of one size, but for the last; each is of its own. Throws 413 for more than `most` bytes. */
async function* piecesOf(
  stream: ReadableStream<Uint8Array>,
  size: number,
  most: number,
  digest: Digest,
): AsyncGenerator<Uint8Array, undefined> {
  let piece = new Uint8Array(size)
  let filled = 0
  let total = 0
  for await (const chunk of stream) {
    total += chunk.length
    if (total > most) throw tooLarge(most)
    await digest.update(chunk)
    for (let at = 0; at < chunk.length;) {
      const taken = chunk.subarray(at, at + size - filled)
      piece.set(taken, filled)
      filled += taken.length
      at += taken.length
      if (filled < size) continue
      yield piece
      piece = new Uint8Array(size)
      filled = 0
    }
  }
  if (filled > 0) yield piece.subarray(0, filled)
  return undefined
}

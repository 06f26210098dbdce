import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { mediaErrors } from '../../errors.ts'
import { tooLarge } from '../../uploads/index.ts'
import type { Waiting } from '../../waiting/index.ts'
import type { Piece } from './append.ts'
import { type Assembly, keepPart, keepRest, openAssembly, sealUpload } from './assembly.ts'

type TakeDeps = Pick<Deps, 'storage' | 'shards' | 'openDigest'>

/**
 * Takes bytes into the store: whole parts as they fill, and what is left at the end or where the
 * connection breaks. The last part is noted with the whole file alone. Holds one part in memory.
 *
 * Bytes with a digest count all or not at all. Throws 413 for more than was told, 460 for other bytes
 * than those of the digest, `media.incomplete` when the connection breaks, and `conflict` when another
 * request has taken the upload over.
 */
export async function takePiece(
  deps: TakeDeps,
  ctx: Pick<RequestContext, 'tenant'>,
  upload: Waiting,
  { raw, digest: expected }: Piece,
): Promise<Waiting> {
  const { bytes, arrived } = upload
  if (raw.size !== undefined && raw.size > bytes - arrived) throw tooLarge(bytes)
  const assembly = await openAssembly(deps, ctx, upload, expected === undefined)
  const digest = expected && deps.openDigest(expected.algorithm)
  try {
    const isCut = await fill(assembly, await raw.from(0), (chunk) => digest?.update(chunk))
    if (digest && !isCut && (await digest.hex()) !== expected.hex)
      throw new AppError(mediaErrors.pieceRefused)
    if (digest && isCut) throw new AppError(mediaErrors.incomplete)
    const isWhole = assembly.parts.length * PART + assembly.filled === bytes
    const taken = await (isWhole ? sealUpload(assembly) : keepRest(assembly))
    if (isCut && !isWhole) throw new AppError(mediaErrors.incomplete)
    return taken
  } catch (error) {
    digest?.cancel()
    await assembly.forget()
    throw error
  }
}

const PART = limits.storage.partBytes

/** Reads to the end; true when it breaks off. A part is kept when it is known not to be the last. */
async function fill(
  assembly: Assembly,
  stream: ReadableStream<Uint8Array>,
  look: (chunk: Uint8Array) => Promise<void> | undefined,
): Promise<boolean> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const read = await reader.read().catch(() => undefined)
      if (!read || read.done) return !read
      await look(read.value)
      for (let at = 0; at < read.value.length;) {
        if (assembly.filled === assembly.piece.length) await keepPart(assembly)
        const room = assembly.piece.length - assembly.filled
        const some = read.value.subarray(at, at + room)
        assembly.piece.set(some, assembly.filled)
        assembly.filled += some.length
        at += some.length
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

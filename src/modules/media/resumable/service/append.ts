import type { RequestContext } from '../../../../kernel/context.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { RawBody } from '../../../../kernel/raw-body.ts'
import type { Deps } from '../../../../ports/deps.ts'
import type { UploadDeps } from '../../uploads/index.ts'
import { type Waiting, claimUpload, finishWaiting } from '../../waiting/index.ts'
import { countIn, digestIn, requirePiece, requireVersion } from '../domain.ts'
import { type ResumableDto, presentUpload } from '../schemas.ts'
import type { Header, PieceDigest } from '../types.ts'
import { takePiece } from './take-piece.ts'

/** What bytes that come need. */
export type AppendDeps = UploadDeps & Pick<Deps, 'keepAlive'>

/** Bytes of a file, and what they are to be. */
export interface Piece {
  readonly raw: RawBody
  readonly digest: PieceDigest | undefined
}

/**
 * Takes bytes of an upload at its offset; with the last ones it becomes an asset. Throws 404 and 410,
 * 409 for another offset, 412, 415, and as `appendPiece`.
 */
export async function appendToUpload(
  deps: AppendDeps,
  ctx: RequestContext,
  { id, header, raw }: { readonly id: string; readonly header: Header; readonly raw: RawBody },
): Promise<ResumableDto> {
  requirePermission(ctx, 'media:upload')
  requireVersion(header('Tus-Resumable'))
  requirePiece(raw.contentType)
  const digest = digestIn(header('Upload-Checksum'))
  const offset = countIn(header, 'Upload-Offset')
  return appendPiece(deps, ctx, await claimUpload(deps, ctx, id, offset), { raw, digest })
}

/**
 * Takes the bytes of a request that has claimed its upload, and goes on when the client has gone: what
 * has arrived counts. Throws 413 for more than was told, 460, `conflict` when it is overtaken, and as
 * `finishWaiting`.
 */
export function appendPiece(
  deps: AppendDeps,
  ctx: RequestContext,
  upload: Waiting,
  piece: Piece,
): Promise<ResumableDto> {
  const work = takeAndFinish(deps, ctx, upload, piece)
  deps.keepAlive(work.catch(() => undefined))
  return work
}

async function takeAndFinish(
  deps: AppendDeps,
  ctx: RequestContext,
  upload: Waiting,
  piece: Piece,
): Promise<ResumableDto> {
  const taken = upload.state === 'open' ? await takePiece(deps, ctx, upload, piece) : upload
  if (taken.state === 'open') return presentUpload(taken)
  await finishWaiting(deps, ctx, taken)
  return presentUpload({ ...taken, state: 'done', arrived: taken.bytes })
}

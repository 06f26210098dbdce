import type { RequestContext } from '../../../../kernel/context.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { dropWaiting, loadWaiting } from '../../waiting/index.ts'
import { VERSION, requireVersion } from '../domain.ts'
import { type ResumableDto, presentUpload } from '../schemas.ts'
import type { Header } from '../types.ts'

/** An upload of the caller. */
interface Target {
  readonly id: string
  readonly header: Header
}

/**
 * How far an upload is. It is not told to be at its end before its asset is there, so that a client
 * which goes on by this offset ends with an asset. Throws 404, 410 and 412.
 */
export async function readUpload(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  { id, header }: Target,
): Promise<ResumableDto> {
  requirePermission(ctx, 'media:upload')
  // Somebody who reads it beside the protocol names no version.
  requireVersion(header('Tus-Resumable') ?? VERSION)
  return presentUpload(await loadWaiting(deps, ctx, 'tus', id))
}

/** Gives an upload up with its bytes. Throws 404, 410 and 412. */
export async function endUpload(
  deps: Pick<Deps, 'db' | 'storage' | 'telemetry'>,
  ctx: RequestContext,
  { id, header }: Target,
): Promise<undefined> {
  requirePermission(ctx, 'media:upload')
  requireVersion(header('Tus-Resumable'))
  const upload = await loadWaiting(deps, ctx, 'tus', id)
  await dropWaiting(deps, ctx.tenant.id, upload, ctx.now)
}

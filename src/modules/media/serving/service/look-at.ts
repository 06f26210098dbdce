import type { RequestContext } from '../../../../kernel/context.ts'
import { EffectDone } from '../../../../kernel/effect.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import type { ImageLook } from '../../../../kernel/image/look.ts'
import { type JobRun, JobSnoozed } from '../../../../kernel/job.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { ImagesError } from '../../../../ports/images.ts'
import { commit } from '../../../commit/index.ts'
import { imageOf, parsePicture } from '../../variants/index.ts'
import { pictureEvents } from '../events.ts'
import { type FileRow, findFile, noteLook } from '../repo.ts'
import { openObject } from './find-file.ts'

/** A file of an asset. */
export interface LookTarget {
  readonly assetId: string
  readonly file: number
  readonly objectId: string
}

const BUSY_MILLISECONDS = 5_000

/**
 * Looks at a picture and notes what stands in for it while it loads. The asset’s version stays: nobody
 * who changes the asset has anything to decide anew. Tells false for a picture that nobody can read and
 * for one that is gone. Throws what may pass.
 */
export async function lookAt(
  deps: Deps,
  ctx: RequestContext,
  target: LookTarget,
  run: JobRun,
): Promise<boolean> {
  const row = await deps.db.first(findFile(ctx.tenant.id, target.assetId, target.file))
  const look = row && (await lookOf(deps, ctx, row))
  if (!look) return false
  const { blurhash, dominantColour: color } = look
  const { assetId, file, objectId } = target
  const event = pictureEvents.looked
  const aggregate = { type: 'media.file', id: objectId, version: 1 }
  try {
    await commit(deps, run.once('look'), {
      writes: [noteLook(ctx.tenant.id, target, look)],
      events: [eventOf(event, aggregate, { id: assetId, file, blurhash, color })],
      audit: {
        action: event.type,
        targetType: 'media.asset',
        targetId: assetId,
        changes: { blurhash: { after: blurhash }, color: { after: color } },
      },
      result: null,
      refusals: { row_found: errors.notFound },
    })
    return true
  } catch (error) {
    if (error instanceof EffectDone) return true
    if (error instanceof AppError) return false
    throw error
  }
}

/** Undefined for a picture that cannot be looked at. */
async function lookOf(
  deps: Deps,
  ctx: RequestContext,
  { picture, ...row }: FileRow,
): Promise<ImageLook | undefined> {
  const facts = imageOf({ ...row, picture: parsePicture(picture) })
  if (!facts) return undefined
  const open = async () => (await openObject(deps, row)).body
  try {
    return await deps.images.look({ facts, size: row.bytes, open })
  } catch (error) {
    // The file went while it was looked for.
    if (error instanceof AppError) return undefined
    const failure = error instanceof ImagesError ? error.failure : undefined
    if (failure === 'busy') throw new JobSnoozed(ctx.now + BUSY_MILLISECONDS)
    if (failure !== 'broken') throw error
    deps.telemetry.log('warn', 'a picture cannot be read', { objectOf: row.storageKey })
    return undefined
  }
}

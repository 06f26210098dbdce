import { changesBetween } from '../../../../kernel/changes.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, StaleKeyError, StaleTenantError, errors } from '../../../../kernel/errors.ts'
import { type ExifNotes, noNotes } from '../../../../kernel/image/exif.ts'
import { type ImageFacts, isImageType, shownSize } from '../../../../kernel/image/facts.ts'
import type { JobRequest } from '../../../../kernel/job.ts'
import { MEDIA_TYPES, kindOf } from '../../../../kernel/media-type.ts'
import type { RawBody } from '../../../../kernel/raw-body.ts'
import { DatabaseError } from '../../../../ports/database.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { type Commit, commit } from '../../../commit/index.ts'
import type { Asset, AssetFile } from '../../assets/index.ts'
import { boundsOf } from '../../domain.ts'
import { mediaErrors } from '../../errors.ts'
import {
  type Reader,
  type Reservation,
  giveUp,
  keepObject,
  reserveObject,
} from '../../objects/index.ts'
import { lookJobs } from '../../serving/index.ts'
import { type Recognised, recognise } from '../domain.ts'
import type { Incoming, StoredBytes } from '../types.ts'
import { cleanPicture } from './clean-picture.ts'
import { openUpload } from './open-upload.ts'
import { storeBytes } from './store-bytes.ts'

/** What an upload needs. */
export type UploadDeps = Pick<
  Deps,
  CommitPort | 'storage' | 'openDigest' | 'images' | 'shards' | 'telemetry'
>

/** A file whose bytes are in the store and that no asset has yet. */
export interface NewFile {
  readonly file: Omit<AssetFile, 'number'>
  readonly kind: Asset['kind']
  /** What the client calls it, else one made of its type. */
  readonly name: string
  readonly fields: Incoming['fields']
  /** What is done with it once an asset has it. */
  readonly jobsOf: (asset: Pick<Asset, 'id' | 'file'>) => JobRequest[]
}

/** What becomes of a file: one commit in which it is kept. */
export interface Plan<Row, Result> {
  readonly reader: Reader<Row>
  readonly commit: (file: NewFile, row: Row | undefined) => Commit<Result>
}

/**
 * Takes a file: looks at its first bytes, makes it known, puts its bytes into the store and commits
 * what it becomes. Two round trips to the database; a request that has its answer puts nothing. What
 * fails on the way is cleaned up at once, or by the sweep when this isolate dies.
 *
 * An upload that has begun ends under the rights that it began with. Throws what `openUpload`,
 * `recognise`, `reserveObject` and `storeBytes` throw, `media.checksum_mismatch`,
 * `media.upload_expired`, and what the plan does.
 */
export async function uploadFile<Row, Result>(
  deps: UploadDeps,
  ctx: RequestContext,
  raw: RawBody,
  plan: Plan<Row, Result>,
): Promise<Result> {
  const bounds = boundsOf(ctx)
  const { incoming, recognised } = await refuseAloud(deps, async () => {
    const opened = await openUpload(raw)
    return { incoming: opened, recognised: recognise(opened, bounds) }
  })
  const { size } = incoming
  const { type } = recognised
  const [, extension] = MEDIA_TYPES[type]
  const expected = { extension, size, most: bounds.fileBytes, quota: bounds.quota }
  const { reservation, row } = await reserveObject(deps, ctx, expected, plan.reader)
  try {
    const stored = await takeBytes(deps, incoming, recognised, reservation)
    const file: NewFile = {
      file: {
        objectId: reservation.id,
        ...stored,
        mediaType: type,
        blurhash: null,
        color: null,
        createdAt: ctx.now,
      },
      kind: kindOf(type),
      name: incoming.name === '' ? `file.${extension}` : incoming.name,
      fields: incoming.fields,
      jobsOf: (asset) => lookJobs(deps, asset),
    }
    const kept = { bytes: stored.bytes, quota: bounds.quota, now: ctx.now }
    return await keep(
      deps,
      ctx,
      plan.commit(file, row),
      keepObject(ctx.tenant.id, reservation, kept),
    )
  } catch (error) {
    // Nobody knows whether a commit without an answer was written: the sweep finds out.
    if (!isUnanswered(error)) {
      const books = { ...deps, db: deps.shards.openUngated(ctx.tenant.shard) }
      await giveUp(books, ctx.tenant.id, reservation.id, ctx.now)
    }
    throw error
  }
}

function isUnanswered(error: unknown): boolean {
  return error instanceof DatabaseError && error.failure.kind === 'unavailable'
}

/** A refusal is told only to a session that lives. */
async function refuseAloud<Value>(
  { db }: Pick<Deps, 'db'>,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError) await db.confirm()
    throw error
  }
}

/** Puts the bytes into the store, those of a picture without what it tells beside itself. */
async function takeBytes(
  deps: UploadDeps,
  incoming: Incoming,
  { type, facts }: Recognised,
  reservation: Reservation,
): Promise<StoredBytes & Pick<AssetFile, 'width' | 'height' | 'picture'>> {
  const { size, sha256 } = incoming
  const transfer = { contentType: type, size }
  const clean = isImageType(type)
    ? await cleanPicture(deps, incoming, type, reservation.most)
    : undefined
  if (clean) {
    const open = async () => clean.stream
    const stored = await storeBytes(deps, reservation, { ...transfer, open, mayShrink: true })
    const seen = clean.seen()
    return { ...stored, ...pictureOf(seen.facts, seen.notes) }
  }
  const { stream: open, pump } = incoming
  const stored = await storeBytes(deps, reservation, { ...transfer, open, pump })
  if (sha256 !== undefined && sha256 !== stored.sha256)
    throw new AppError(mediaErrors.checksumMismatch)
  return { ...stored, ...pictureOf(facts, noNotes) }
}

/** What a file tells of its picture. */
function pictureOf(facts: ImageFacts | undefined, notes: ExifNotes) {
  if (!facts) return { width: null, height: null, picture: null }
  const { orientation, hasAlpha, isAnimated } = facts
  return { ...shownSize(facts), picture: { orientation, hasAlpha, isAnimated, ...notes } }
}

/** Commits with the object; once more without the caller's gates when its tenant has changed meanwhile. */
async function keep<Result>(
  deps: UploadDeps,
  ctx: RequestContext,
  change: Commit<Result>,
  kept: ReturnType<typeof keepObject>,
): Promise<Result> {
  const whole: Commit<Result> = {
    ...change,
    writes: [...kept, ...change.writes],
    refusals: {
      ...change.refusals,
      row_found: mediaErrors.uploadExpired,
      state_allows: mediaErrors.quotaExceeded,
    },
  }
  try {
    return await commit(deps, ctx, whole)
  } catch (error) {
    if (!(error instanceof StaleTenantError || error instanceof StaleKeyError)) throw error
    return commit({ ...deps, db: deps.shards.openUngated(ctx.tenant.shard) }, ctx, whole)
  }
}

/** What an audit row tells of a file. */
export function fileChanges(before: AssetFile | undefined, after: AssetFile) {
  return changesBetween(before, after, ['number', 'mediaType', 'bytes', 'sha256'])
}

/** Throws 404 for a row that is not there. */
export function requireRow<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new AppError(errors.notFound)
  return row
}

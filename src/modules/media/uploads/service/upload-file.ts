import { changesBetween } from '../../../../kernel/changes.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, StaleKeyError, StaleTenantError, errors } from '../../../../kernel/errors.ts'
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
import { recognise } from '../domain.ts'
import type { Incoming } from '../types.ts'
import { openUpload } from './open-upload.ts'
import { storeBytes } from './store-bytes.ts'

/** What an upload needs. */
export type UploadDeps = Pick<Deps, CommitPort | 'storage' | 'openDigest' | 'shards' | 'telemetry'>

/** A file whose bytes are in the store and that no asset has yet. */
export interface NewFile {
  readonly file: Omit<AssetFile, 'number'>
  readonly kind: Asset['kind']
  /** What the client calls it, else one made of its type. */
  readonly name: string
  readonly fields: Incoming['fields']
}

/** What becomes of a file: one commit in which it is kept. */
export interface Plan<Row, Result> {
  readonly reader: Reader<Row>
  readonly commit: (file: NewFile, row: Row | undefined) => Commit<Result>
}

/**
 * Takes a file: looks at its first bytes, makes it known, puts its bytes into the store and commits
 * what it becomes. Two round trips to the database, and one more with an idempotency key. What fails on
 * the way is cleaned up at once, or by the sweep when this isolate dies.
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
  // A repeat has its answer before any byte is taken.
  if (ctx.idempotency) await deps.db.confirm()
  const bounds = boundsOf(ctx)
  const { incoming, facts } = await refuseAloud(deps, async () => {
    const opened = await openUpload(raw)
    return { incoming: opened, facts: recognise(opened, bounds) }
  })
  const { size } = incoming
  const [, extension] = MEDIA_TYPES[facts.type]
  const expected = { extension, size, most: bounds.fileBytes, quota: bounds.quota }
  const { reservation, row } = await reserveObject(deps, ctx, expected, plan.reader)
  try {
    const stored = await takeBytes(deps, incoming, facts.type, reservation)
    const file: NewFile = {
      file: {
        objectId: reservation.id,
        ...stored,
        mediaType: facts.type,
        width: facts.width,
        height: facts.height,
        blurhash: null,
        color: null,
        createdAt: ctx.now,
      },
      kind: kindOf(facts.type),
      name: incoming.name === '' ? `file.${extension}` : incoming.name,
      fields: incoming.fields,
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
      const books = { ...deps, db: deps.shards.open(ctx.tenant.shard) }
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

async function takeBytes(
  deps: UploadDeps,
  { stream, size, sha256 }: Incoming,
  contentType: string,
  reservation: Reservation,
) {
  const stored = await storeBytes(deps, reservation, { stream: await stream(), contentType, size })
  if (sha256 !== undefined && sha256 !== stored.sha256)
    throw new AppError(mediaErrors.checksumMismatch)
  return stored
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
    return commit({ ...deps, db: deps.shards.open(ctx.tenant.shard) }, ctx, whole)
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

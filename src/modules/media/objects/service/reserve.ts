import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import type { Query } from '../../../../kernel/statement.ts'
import { storageKey } from '../../../../kernel/storage-key.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { mediaErrors } from '../../errors.ts'
import { type Purpose, insertUploading, takeBytes } from '../repo.ts'
import type { Reservation, StoredKey } from '../types.ts'
import { giveUp } from './remove.ts'

/** What is to come. */
export interface Expected {
  /** Of the key. */
  readonly extension: string
  /** Bytes; undefined when nobody has told. */
  readonly size: number | undefined
  /** The most that it may have. */
  readonly most: number
  /** Bytes that the tenant may have in all. */
  readonly quota: number
}

/** What an upload is for, with what is read of it. */
export interface Reader<Row> extends Purpose {
  readonly query: Query<Row>
  /** Throws when the upload cannot be for that. */
  readonly check: (row: Row | undefined) => void
  /** Bytes of it that count as used already. */
  readonly held?: number | undefined
  /** What is noted with the object, if it is; it may look at `changes()`. */
  readonly beside?: (object: StoredKey) => Query<unknown>
}

/**
 * Makes room for an object and makes it known, in one round trip with what is to be read beside it.
 * What nobody has told the size of is bounded by what the tenant has left. Throws what the check
 * throws and `media.quota_exceeded`; then nothing was taken, unless the check is pickier than that its
 * thing exists.
 */
export async function reserveObject<Row>(
  deps: Pick<Deps, 'db' | 'storage' | 'ids' | 'telemetry'>,
  { tenant, now, idempotency }: Pick<RequestContext, 'tenant' | 'now' | 'idempotency'>,
  { extension, size, most, quota }: Expected,
  reader: Reader<Row>,
): Promise<{ readonly reservation: Reservation; readonly row: Row | undefined }> {
  const id = deps.ids.next()
  const key = storageKey({ tenantId: tenant.id, id, at: now, extension })
  const reserved = size ?? 0
  const object = { id, storageKey: key, reserved }
  const [[taken], , [row]] = await deps.db.bookkeep([
    takeBytes(tenant.id, reader, {
      bytes: reserved,
      quota: quota + (reader.held ?? 0),
      now,
      claimId: idempotency?.id,
    }),
    insertUploading(tenant.id, object, now),
    reader.query,
    ...(reader.beside ? [reader.beside(object)] : []),
  ])
  try {
    reader.check(row)
  } catch (error) {
    if (taken) await giveUp(deps, tenant.id, id, now)
    throw error
  }
  if (!taken) throw new AppError(mediaErrors.quotaExceeded)
  const left = Math.max(0, quota - taken.used)
  return { reservation: { ...object, most: size ?? Math.min(most, left) }, row }
}

import { toHex } from '../../kernel/bytes.ts'
import {
  type GetOptions,
  type GotObject,
  type ListOptions,
  type ListedObject,
  type MultipartUpload,
  type ObjectInfo,
  type ObjectPage,
  type PutOptions,
  type Storage,
  type StorageBody,
  StorageError,
  type StorageFailure,
  type StorageSigner,
  type StoredObject,
  type UploadedPart,
} from '../../ports/storage.ts'
import { outgoing } from './body.ts'
import { type Call, type CallOptions, createCall } from './calls.ts'
import {
  checkKey,
  checkPartNumber,
  checkRange,
  checkRemoval,
  checkSha256,
  inOrder,
  pageSize,
  rangeIn,
  refusedBy,
} from './conditions.ts'

/** What a bucket’s adapter needs beside the bucket. */
export interface R2StorageOptions extends CallOptions {
  /** Signs for the bucket’s S3 address; the binding signs nothing. */
  readonly signer?: StorageSigner
  readonly publicUrl?: (key: string) => string | undefined
}

interface Door {
  readonly bucket: R2Bucket
  readonly call: Call
}

const AGAIN = { repeatable: true }
const ONCE = { repeatable: false }

/** Objects in an R2 bucket, by its binding. */
export function createR2Storage(bucket: R2Bucket, options: R2StorageOptions): Storage {
  const door: Door = { bucket, call: createCall(options, errorOf) }
  const { call } = door
  return {
    put: (key, body, put = {}) => keep(door, key, body, put),
    get: (key, get = {}) => read(door, key, get),
    async head(key) {
      checkKey(key)
      const object = await call(AGAIN, () => bucket.head(key))
      return object ? infoOf(object) : undefined
    },
    async delete(keys) {
      checkRemoval(keys)
      if (keys.length > 0) await call(AGAIN, () => bucket.delete([...keys]))
    },
    list: (list = {}) => page(door, list),
    copy: (from, to) => copy(door, from, to),
    async createMultipart(key, headers = {}) {
      checkKey(key)
      const upload = await call(ONCE, () =>
        bucket.createMultipartUpload(key, { httpMetadata: { ...headers } }),
      )
      return { key, id: upload.uploadId }
    },
    uploadPart: (upload, number, body) => keepPart(door, upload, number, body),
    async completeMultipart(upload, parts) {
      const ordered = inOrder(parts).map(({ number, etag }) => ({
        partNumber: number,
        etag: unquoted(etag),
      }))
      return storedOf(await call(ONCE, () => resume(door, upload).complete(ordered)))
    },
    abortMultipart: (upload) => call(AGAIN, () => resume(door, upload).abort()),
    signer: options.signer,
    publicUrl: (key) => options.publicUrl?.(key),
  }
}

async function keep(
  { bucket, call }: Door,
  key: string,
  body: StorageBody,
  { sha256, createOnly = false, ...httpMetadata }: PutOptions,
): Promise<StoredObject> {
  checkKey(key)
  checkSha256(sha256)
  const { size, repeatable, send } = outgoing(body)
  const options = { httpMetadata, ...(sha256 !== undefined && { sha256 }) }
  const put = (content: Parameters<typeof bucket.put>[1]) =>
    createOnly
      ? bucket.put(key, content, { ...options, onlyIf: { etagDoesNotMatch: '*' } })
      : bucket.put(key, content, options)
  // A second try could not tell the object of the first from somebody else’s.
  const attempt = { repeatable: repeatable && !createOnly, bytes: size }
  const object = await call(attempt, () => send(put))
  if (!object) throw new StorageError('exists', 'there is one')
  return storedOf(object)
}

async function read(
  { bucket, call }: Door,
  key: string,
  options: GetOptions,
): Promise<GotObject | undefined> {
  checkKey(key)
  checkRange(options.range)
  const { range, ifMatch, ifNoneMatch, ifModifiedSince } = options
  const onlyIf: R2Conditional = {
    ...(ifMatch !== undefined && { etagMatches: unquoted(ifMatch) }),
    ...(ifNoneMatch !== undefined && { etagDoesNotMatch: unquoted(ifNoneMatch) }),
    ...(ifNoneMatch === undefined &&
      ifModifiedSince !== undefined && {
        uploadedAfter: new Date(ifModifiedSince),
        secondsGranularity: true,
      }),
  }
  try {
    const object = await call(AGAIN, () => bucket.get(key, { onlyIf, ...(range && { range }) }))
    if (!object) return undefined
    const info = infoOf(object)
    if (!('body' in object)) return refusedBy(options, info) ?? { kind: 'precondition_failed' }
    const part = range && rangeIn(range, info.size)
    return { kind: 'found', info, body: object.body, ...(part && { range: part }) }
  } catch (error) {
    if (error instanceof StorageError && codeOf(error.cause) === INVALID_RANGE) {
      return { kind: 'range_not_satisfiable' }
    }
    throw error
  }
}

async function page(
  { bucket, call }: Door,
  { prefix, cursor, limit }: ListOptions,
): Promise<ObjectPage> {
  const options = {
    limit: pageSize(limit),
    ...(prefix !== undefined && { prefix }),
    ...(cursor !== undefined && { cursor }),
  }
  const listed = await call(AGAIN, () => bucket.list(options))
  return {
    objects: listed.objects.map(listedOf),
    cursor: listed.truncated ? listed.cursor : undefined,
  }
}

/** The binding copies nothing by itself: the bytes pass through, as a stream. */
async function copy(
  { bucket, call }: Door,
  from: string,
  to: string,
): Promise<StoredObject | undefined> {
  checkKey(from, to)
  const source = await call(AGAIN, () => bucket.get(from))
  if (!source) return undefined
  const { body, size, httpMetadata = {} } = source
  const { send } = outgoing({ stream: body, size })
  const put = (content: Parameters<typeof bucket.put>[1]) =>
    bucket.put(to, content, { httpMetadata })
  return storedOf(await call({ repeatable: false, bytes: size }, () => send(put)))
}

async function keepPart(
  door: Door,
  upload: MultipartUpload,
  number: number,
  body: StorageBody,
): Promise<UploadedPart> {
  checkPartNumber(number)
  const { size, repeatable, send } = outgoing(body)
  const { etag } = await door.call({ repeatable, bytes: size }, () =>
    send((content) => resume(door, upload).uploadPart(number, content)),
  )
  return { number, etag: `"${etag}"` }
}

function resume({ bucket }: Door, { key, id }: MultipartUpload): R2MultipartUpload {
  checkKey(key)
  return bucket.resumeMultipartUpload(key, id)
}

function storedOf({ key, size, httpEtag }: R2Object): StoredObject {
  return { key, size, etag: httpEtag }
}

function listedOf(object: R2Object): ListedObject {
  return { ...storedOf(object), uploadedAt: object.uploaded.getTime() }
}

function infoOf(object: R2Object): ObjectInfo {
  const { contentType, contentDisposition, cacheControl } = object.httpMetadata ?? {}
  const { sha256 } = object.checksums
  return {
    ...listedOf(object),
    ...(contentType !== undefined && { contentType }),
    ...(contentDisposition !== undefined && { contentDisposition }),
    ...(cacheControl !== undefined && { cacheControl }),
    ...(sha256 && { sha256: toHex(new Uint8Array(sha256)) }),
  }
}

function unquoted(etag: string): string {
  return etag.replace(/^"(.*)"$/, '$1')
}

const INVALID_RANGE = 10_039

/** R2’s codes (developers.cloudflare.com/r2/api/error-codes); every other one may pass. */
const FAILURES: Readonly<Record<number, StorageFailure>> = {
  10_004: 'fatal',
  10_011: 'upload',
  10_012: 'fatal',
  10_020: 'fatal',
  10_024: 'upload',
  10_025: 'upload',
  10_037: 'checksum',
  [INVALID_RANGE]: 'fatal',
}

/** The runtime’s errors carry a code in their text alone: `put: … (10037)`. */
function codeOf(error: unknown): number {
  return error instanceof Error ? Number(/\((\d{5})\)$/.exec(error.message)?.[1]) : Number.NaN
}

function errorOf(thrown: unknown): StorageError {
  if (thrown instanceof StorageError) return thrown
  // What the runtime refuses before it asks R2 is wrong in the call.
  const otherwise = thrown instanceof TypeError ? 'fatal' : 'unavailable'
  const failure = FAILURES[codeOf(thrown)] ?? otherwise
  return new StorageError(failure, 'R2 has refused or not answered', thrown)
}

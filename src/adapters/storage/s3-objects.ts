import {
  type GetOptions,
  type GotObject,
  type ListOptions,
  type ListedObject,
  type ObjectInfo,
  type ObjectPage,
  type PutOptions,
  type StorageBody,
  StorageError,
  type StoredObject,
} from '../../ports/storage.ts'
import { outgoing } from './body.ts'
import { checkKey, checkRange, checkSha256, pageSize } from './conditions.ts'
import { base64ToHex } from './digits.ts'
import { type AskS3, isMissing, refusedStatus, xmlOf } from './s3-calls.ts'
import { putHeaders } from './s3-signing.ts'
import { type XmlElement, textOf } from './s3-xml.ts'

/** Puts an object (PutObject). */
export async function putObject(
  ask: AskS3,
  key: string,
  body: StorageBody,
  options: PutOptions,
): Promise<StoredObject> {
  checkKey(key)
  checkSha256(options.sha256)
  const content = outgoing(body)
  const etag = await ask(
    {
      method: 'PUT',
      key,
      headers: putHeaders(options),
      // A second try could not tell the object of the first from somebody else’s.
      repeatable: options.createOnly !== true,
      body: content,
      sha256: options.sha256,
    },
    etagOf,
  )
  return { key, size: content.size, etag }
}

/** What statuses say of a get that is no failure. */
const ANSWERS: Readonly<Record<number, Exclude<GotObject, { kind: 'found' }>>> = {
  304: { kind: 'not_modified' },
  412: { kind: 'precondition_failed' },
  416: { kind: 'range_not_satisfiable' },
}

/** Reads an object (GetObject). */
export async function getObject(
  ask: AskS3,
  key: string,
  options: GetOptions,
): Promise<GotObject | undefined> {
  checkKey(key)
  checkRange(options.range)
  const call = { method: 'GET', key, headers: getHeaders(options), repeatable: true } as const
  try {
    return await ask(call, (response) => foundIn(key, response))
  } catch (error) {
    if (isMissing(error)) return undefined
    const answer = ANSWERS[refusedStatus(error) ?? 0]
    if (answer) return answer
    throw error
  }
}

/** Reads what is known of an object (HeadObject). */
export async function headObject(ask: AskS3, key: string): Promise<ObjectInfo | undefined> {
  checkKey(key)
  const headers = { 'x-amz-checksum-mode': 'ENABLED' }
  try {
    return await ask({ method: 'HEAD', key, headers, repeatable: true }, ({ headers: of }) =>
      infoOf(key, of, Number(of.get('content-length') ?? Number.NaN)),
    )
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** What is known of an object that has just been written. */
export async function storedObject(ask: AskS3, key: string): Promise<StoredObject> {
  const info = await headObject(ask, key)
  if (!info) throw new StorageError('unavailable', 'the object has gone already')
  return { key, size: info.size, etag: info.etag }
}

/** Lists objects (ListObjectsV2). */
export async function listObjects(ask: AskS3, options: ListOptions): Promise<ObjectPage> {
  const { prefix, cursor, limit } = options
  const query = {
    'list-type': '2',
    // XML cannot carry every character of a key.
    'encoding-type': 'url',
    'max-keys': String(pageSize(limit)),
    ...(prefix && { prefix }),
    ...(cursor !== undefined && { 'continuation-token': cursor }),
  }
  return ask({ method: 'GET', query, repeatable: true }, async (response) =>
    pageOf(await xmlOf(response)),
  )
}

function pageOf(page: XmlElement): ObjectPage {
  // A service that encodes nothing does not say that it has.
  const isEncoded = textOf(page, 'EncodingType') === 'url'
  return {
    objects: page.children
      .filter(({ name }) => name === 'Contents')
      .map((one) => listedOf(one, isEncoded)),
    cursor:
      textOf(page, 'IsTruncated') === 'true' ? textOf(page, 'NextContinuationToken') : undefined,
  }
}

/** The validator of what was put. */
export function etagOf({ headers }: Response): string {
  const etag = headers.get('etag')
  if (!etag) throw new StorageError('unavailable', 'the answer has no ETag')
  return etag
}

function getHeaders(options: GetOptions): Record<string, string> {
  const { range, ifMatch, ifNoneMatch, ifModifiedSince } = options
  return {
    ...(range && { range: `bytes=${rangeText(range)}` }),
    ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    ...(ifNoneMatch !== undefined && { 'if-none-match': ifNoneMatch }),
    ...(ifNoneMatch === undefined &&
      ifModifiedSince !== undefined && {
        'if-modified-since': new Date(ifModifiedSince).toUTCString(),
      }),
  }
}

function rangeText(range: NonNullable<GetOptions['range']>): string {
  if ('suffix' in range) return `-${range.suffix}`
  const { offset, length } = range
  return `${offset}-${length === undefined ? '' : offset + length - 1}`
}

function foundIn(key: string, { status, headers, body }: Response): GotObject {
  const stream = body ?? new Response('').body
  if (!stream) throw new StorageError('unavailable', 'the answer has no body')
  const whole = () => infoOf(key, headers, Number(headers.get('content-length') ?? Number.NaN))
  if (status !== 206) return { kind: 'found', info: whole(), body: stream }
  const [, first, last, size] =
    /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? []
  const info = infoOf(key, headers, Number(size))
  const range = { offset: Number(first), length: Number(last) - Number(first) + 1 }
  return { kind: 'found', info, body: stream, range }
}

function infoOf(key: string, headers: Headers, size: number): ObjectInfo {
  const uploadedAt = Date.parse(headers.get('last-modified') ?? '')
  const etag = headers.get('etag')
  if (!etag || !Number.isInteger(size) || !Number.isInteger(uploadedAt)) {
    throw new StorageError('unavailable', 'the answer tells no size, date or ETag')
  }
  // Of an object in parts it is a checksum of checksums, which is no base64.
  const sha256 = base64ToHex(headers.get('x-amz-checksum-sha256') ?? '')
  const contentType = headers.get('content-type')
  const contentDisposition = headers.get('content-disposition')
  const cacheControl = headers.get('cache-control')
  return {
    key,
    size,
    etag,
    uploadedAt,
    ...(contentType && { contentType }),
    ...(contentDisposition && { contentDisposition }),
    ...(cacheControl && { cacheControl }),
    ...(sha256 !== undefined && { sha256 }),
  }
}

function listedOf(contents: XmlElement, isEncoded: boolean): ListedObject {
  const name = textOf(contents, 'Key') ?? ''
  const key = isEncoded ? decodeURIComponent(name.replaceAll('+', ' ')) : name
  const size = Number(textOf(contents, 'Size') ?? Number.NaN)
  const uploadedAt = Date.parse(textOf(contents, 'LastModified') ?? '')
  const etag = textOf(contents, 'ETag')
  if (key === '' || !etag || !Number.isInteger(size) || !Number.isInteger(uploadedAt)) {
    throw new StorageError('unavailable', 'the list is not complete')
  }
  return { key, size, etag, uploadedAt }
}

import { toHex } from '../../kernel/bytes.ts'
import { element, xmlDocument } from '../../kernel/xml.ts'
import {
  type MultipartUpload,
  type Storage,
  type StorageBody,
  StorageError,
  type StoredObject,
  type UploadedPart,
} from '../../ports/storage.ts'
import { outgoing } from './body.ts'
import { checkKey, checkPartNumber, checkRemoval, inOrder } from './conditions.ts'
import { hexToBase64 } from './digits.ts'
import { type AskS3, type S3Deps, createAskS3, isMissing, xmlOf } from './s3-calls.ts'
import {
  etagOf,
  getObject,
  headObject,
  listObjects,
  putObject,
  storedObject,
} from './s3-objects.ts'
import { type S3Config, createS3Signer, encodeKey, putHeaders } from './s3-signing.ts'
import { textOf } from './s3-xml.ts'

/** Objects in a bucket of an S3-compatible service, by its REST API and Signature Version 4. */
export function createS3Storage(deps: S3Deps, config: S3Config): Storage {
  const ask = createAskS3(deps, config)
  return {
    put: (key, body, options = {}) => putObject(ask, key, body, options),
    get: (key, options = {}) => getObject(ask, key, options),
    head: (key) => headObject(ask, key),
    delete: (keys) => removeObjects(ask, keys),
    list: (options = {}) => listObjects(ask, options),
    copy: (from, to) => copyObject(ask, config.bucket, { from, to }),
    async createMultipart(key, options = {}) {
      checkKey(key)
      const headers = putHeaders(options)
      const call = {
        method: 'POST',
        key,
        query: { uploads: '' },
        headers,
        repeatable: false,
      } as const
      const id = textOf(await ask(call, xmlOf), 'UploadId')
      if (!id) throw new StorageError('unavailable', 'the answer has no id')
      return { key, id }
    },
    uploadPart: (upload, number, body) => uploadPart(ask, upload, number, body),
    completeMultipart: (upload, parts) => completeMultipart(ask, upload, parts),
    abortMultipart: (upload) => abortMultipart(ask, upload),
    signer: createS3Signer(config, deps.clock),
    publicUrl: (key) => publicS3Url(config, key),
  }
}

/** Where anybody may read an object of a bucket that has such an address. */
export function publicS3Url({ publicUrl }: Pick<S3Config, 'publicUrl'>, key: string) {
  checkKey(key)
  return publicUrl === undefined ? undefined : `${publicUrl}/${encodeKey(key)}`
}

/** DeleteObject, or DeleteObjects, which some services do not take without an MD5 of its body. */
async function removeObjects(ask: AskS3, keys: readonly string[]): Promise<void> {
  checkRemoval(keys)
  const [key, ...others] = keys
  if (key === undefined) return
  if (others.length === 0) {
    await ask({ method: 'DELETE', key, repeatable: true }, discard).catch(unlessMissing)
    return
  }
  const objects = keys.map((one) => element('Object', {}, [element('Key', {}, one)]))
  const { body, bytes } = xmlBody(element('Delete', {}, [element('Quiet', {}, 'true'), ...objects]))
  const md5 = hexToBase64(toHex(new Uint8Array(await crypto.subtle.digest('MD5', bytes))))
  const answer = await ask(
    {
      method: 'POST',
      query: { delete: '' },
      headers: { 'content-type': 'application/xml', 'content-md5': md5 },
      repeatable: true,
      body,
    },
    xmlOf,
  )
  if (answer.children.some(({ name }) => name === 'Error')) {
    throw new StorageError('unavailable', 'not every object was removed')
  }
}

/** CopyObject: the service copies by itself. */
async function copyObject(
  ask: AskS3,
  bucket: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<StoredObject | undefined> {
  checkKey(from, to)
  const headers = { 'x-amz-copy-source': `/${bucket}/${encodeKey(from)}` }
  try {
    await ask({ method: 'PUT', key: to, headers, repeatable: true }, xmlOf)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
  return storedObject(ask, to)
}

async function uploadPart(
  ask: AskS3,
  { key, id }: MultipartUpload,
  number: number,
  body: StorageBody,
): Promise<UploadedPart> {
  checkKey(key)
  checkPartNumber(number)
  const query = { partNumber: String(number), uploadId: id }
  const call = { method: 'PUT', key, query, repeatable: true, body: outgoing(body) } as const
  return { number, etag: await ask(call, etagOf) }
}

async function completeMultipart(
  ask: AskS3,
  { key, id }: MultipartUpload,
  parts: readonly UploadedPart[],
): Promise<StoredObject> {
  checkKey(key)
  const named = inOrder(parts).map(({ number, etag }) =>
    element('Part', {}, [element('PartNumber', {}, String(number)), element('ETag', {}, etag)]),
  )
  const { body } = xmlBody(element('CompleteMultipartUpload', {}, named))
  const headers = { 'content-type': 'application/xml' }
  await ask(
    { method: 'POST', key, query: { uploadId: id }, headers, repeatable: false, body },
    xmlOf,
  )
  return storedObject(ask, key)
}

async function abortMultipart(ask: AskS3, { key, id }: MultipartUpload): Promise<void> {
  checkKey(key)
  const call = { method: 'DELETE', key, query: { uploadId: id }, repeatable: true } as const
  await ask(call, discard).catch(unlessMissing)
}

function xmlBody(root: ReturnType<typeof element>) {
  const bytes = new TextEncoder().encode(xmlDocument(root))
  return { bytes, body: outgoing(bytes) }
}

/** What was to be removed is not there: as good as removed. */
function unlessMissing(error: unknown): void {
  if (!isMissing(error)) throw error
}

async function discard({ body }: Response): Promise<void> {
  await body?.cancel()
}

import { toHex } from '../../kernel/bytes.ts'
import type { Clock } from '../../kernel/clock.ts'
import { limits } from '../../kernel/limits.ts'
import {
  type GetOptions,
  type GotObject,
  type ListOptions,
  type MultipartUpload,
  type ObjectHeaders,
  type ObjectInfo,
  type ObjectPage,
  type PutOptions,
  type Storage,
  type StorageBody,
  StorageError,
  type UploadedPart,
} from '../../ports/storage.ts'
import { outgoing } from './body.ts'
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

/** What a store in memory needs. */
export interface MemoryStorageOptions {
  readonly clock: Clock
  /** Bytes of all objects and parts; 64 MiB when left out. */
  readonly maxBytes?: number
}

interface Kept {
  readonly info: ObjectInfo
  readonly bytes: Uint8Array<ArrayBuffer>
}

interface Upload {
  readonly key: string
  readonly headers: ObjectHeaders
  readonly parts: Map<number, { readonly etag: string; readonly bytes: Uint8Array<ArrayBuffer> }>
}

interface State {
  readonly clock: Clock
  readonly maxBytes: number
  readonly objects: Map<string, Kept>
  readonly uploads: Map<string, Upload>
}

/** Objects in this isolate’s memory, for tests. One that is full is `unavailable`, as a full disk is. */
export function createMemoryStorage(options: MemoryStorageOptions): Storage {
  const state: State = {
    clock: options.clock,
    maxBytes: options.maxBytes ?? 67_108_864,
    objects: new Map(),
    uploads: new Map(),
  }
  let uploads = 0
  const infoOf = (key: string) => state.objects.get(key)?.info
  return {
    put: (key, body, put = {}) => keep(state, key, body, put),
    get: (key, get = {}) => read(state, key, get),
    async head(key) {
      checkKey(key)
      return infoOf(key)
    },
    async delete(keys) {
      checkRemoval(keys)
      for (const key of keys) state.objects.delete(key)
    },
    list: async (list = {}) => page(state, list),
    async copy(from, to) {
      checkKey(from, to)
      const source = state.objects.get(from)
      if (!source) return undefined
      makeRoom(state, source.bytes.length)
      state.objects.set(to, {
        ...source,
        info: { ...source.info, key: to, uploadedAt: state.clock.now() },
      })
      return infoOf(to)
    },
    async createMultipart(key, headers = {}) {
      checkKey(key)
      const id = String((uploads += 1))
      state.uploads.set(id, { key, headers, parts: new Map() })
      return { key, id }
    },
    uploadPart: (upload, number, body) => keepPart(state, upload, number, body),
    completeMultipart: (upload, parts) => complete(state, upload, parts),
    async abortMultipart({ id }) {
      state.uploads.delete(id)
    },
    signer: undefined,
    publicUrl: () => undefined,
  }
}

async function keep(state: State, key: string, body: StorageBody, options: PutOptions) {
  checkKey(key)
  const { sha256, createOnly = false, ...headers } = options
  checkSha256(sha256)
  const bytes = await bytesOf(body)
  const digest = await hexDigest(bytes)
  if (sha256 !== undefined && sha256 !== digest) {
    throw new StorageError('checksum', 'the bytes have another checksum')
  }
  makeRoom(state, bytes.length)
  if (createOnly && state.objects.has(key)) throw new StorageError('exists', 'there is one')
  const etag = `"${digest.slice(0, 32)}"`
  const info = { key, size: bytes.length, etag, uploadedAt: state.clock.now(), ...headers }
  state.objects.set(key, { bytes, info: { ...info, ...(sha256 !== undefined && { sha256 }) } })
  return { key, size: bytes.length, etag }
}

async function read(
  { objects }: State,
  key: string,
  options: GetOptions,
): Promise<GotObject | undefined> {
  checkKey(key)
  checkRange(options.range)
  const kept = objects.get(key)
  if (!kept) return undefined
  const { info, bytes } = kept
  const refused = refusedBy(options, info)
  if (refused) return refused
  if (!options.range) return { kind: 'found', info, body: streamOf(bytes) }
  const range = rangeIn(options.range, info.size)
  if (!range) return { kind: 'range_not_satisfiable' }
  const part = bytes.subarray(range.offset, range.offset + range.length)
  return { kind: 'found', info, body: streamOf(part), range }
}

/** Keys of ASCII are in the order of their bytes; the cursor is the last key of the page before. */
function page({ objects }: State, { prefix = '', cursor = '', limit }: ListOptions): ObjectPage {
  const size = pageSize(limit)
  const found = [...objects.values()]
    .map(({ info }) => info)
    .filter(({ key }) => key.startsWith(prefix) && key > cursor)
    .toSorted((one, other) => (one.key < other.key ? -1 : 1))
  const shown = found
    .slice(0, size)
    .map(({ key, size: bytes, etag, uploadedAt }) => ({ key, size: bytes, etag, uploadedAt }))
  return { objects: shown, cursor: found.length > size ? shown.at(-1)?.key : undefined }
}

async function keepPart(
  state: State,
  upload: MultipartUpload,
  number: number,
  body: StorageBody,
): Promise<UploadedPart> {
  checkPartNumber(number)
  const { parts } = uploadOf(state, upload)
  const bytes = await bytesOf(body)
  makeRoom(state, bytes.length)
  const etag = `"${(await hexDigest(bytes)).slice(0, 32)}"`
  parts.set(number, { etag, bytes })
  return { number, etag }
}

async function complete(state: State, upload: MultipartUpload, named: readonly UploadedPart[]) {
  const { key, headers, parts } = uploadOf(state, upload)
  const ordered = inOrder(named)
  const chosen = ordered.map(({ number, etag }) => {
    const part = parts.get(number)
    if (part?.etag !== etag) throw new StorageError('upload', 'a part is not there')
    return part.bytes
  })
  if (chosen.slice(0, -1).some(({ length }) => length < limits.storage.partBytes)) {
    throw new StorageError('upload', 'a part but the last has at least 5 MiB')
  }
  state.uploads.delete(upload.id)
  return keep(state, key, new Uint8Array(await new Blob(chosen).arrayBuffer()), headers)
}

function uploadOf({ uploads }: State, { key, id }: MultipartUpload): Upload {
  const upload = uploads.get(id)
  if (upload?.key !== key) throw new StorageError('upload', 'there is no such upload')
  return upload
}

function makeRoom({ objects, uploads, maxBytes }: State, bytes: number): void {
  const parts = [...uploads.values()].flatMap((upload) => [...upload.parts.values()])
  const kept = [...objects.values(), ...parts].reduce((sum, one) => sum + one.bytes.length, 0)
  if (kept + bytes > maxBytes) throw new StorageError('unavailable', 'the memory is full')
}

async function bytesOf(body: StorageBody): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await outgoing(body).send(
      async (content) => new Uint8Array(await new Response(content).arrayBuffer()),
    )
  } catch (error) {
    if (error instanceof StorageError) throw error
    throw new StorageError('unavailable', 'the stream has failed', error)
  }
}

async function hexDigest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

function streamOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  const { body } = new Response(bytes)
  // -- a response made of bytes has a body
  return body as ReadableStream<Uint8Array>
}

import type { TakePiece } from '../kernel/raw-body.ts'

/**
 * Bytes to keep: at hand, or a stream with the number of bytes that it gives, or what hands them over
 * piece by piece. A text is UTF-8.
 */
export type StorageBody =
  | string
  | Uint8Array
  | { readonly stream: ReadableStream<Uint8Array>; readonly size: number }
  | { readonly pump: (take: TakePiece) => Promise<void>; readonly size: number }

/** What is kept beside the bytes and goes out with them. */
export interface ObjectHeaders {
  /** `application/octet-stream` when left out. */
  readonly contentType?: string
  readonly contentDisposition?: string
  readonly cacheControl?: string
}

/** How an object is put. */
export interface PutOptions extends ObjectHeaders {
  /** SHA-256 of the bytes in hexadecimal digits; the store refuses other bytes. */
  readonly sha256?: string
  /** Refuses to replace what is there. */
  readonly createOnly?: boolean
}

/** An object that has been put. */
export interface StoredObject {
  readonly key: string
  /** Bytes. */
  readonly size: number
  /** A strong validator in its quotes, as `ETag` has it (RFC 9110 §8.8.3). */
  readonly etag: string
}

/** An object of a list. */
export interface ListedObject extends StoredObject {
  /** Epoch milliseconds; a store may know it to the second. */
  readonly uploadedAt: number
}

/** An object without its bytes. */
export interface ObjectInfo extends ListedObject, ObjectHeaders {
  /** The checksum in hexadecimal digits, of a put that had one, where the store tells it. */
  readonly sha256?: string
}

/** A part of an object, in bytes. One that reaches over the end gives what is there. */
export type ByteRange =
  | { readonly offset: number; readonly length?: number }
  | { readonly suffix: number }

/** What is asked for, and under which conditions (RFC 9110 §13.1); etags as `StoredObject` has them. */
export interface GetOptions {
  readonly range?: ByteRange
  readonly ifMatch?: string
  readonly ifNoneMatch?: string
  /** Epoch milliseconds, looked at by the second; not looked at beside `ifNoneMatch`. */
  readonly ifModifiedSince?: number
}

/** The answer to a get of an object that is there. */
export type GotObject =
  | {
      readonly kind: 'found'
      readonly info: ObjectInfo
      /** To be read to its end or cancelled. */
      readonly body: ReadableStream<Uint8Array>
      /** The bytes that `body` has, when a range was asked for. */
      readonly range?: { readonly offset: number; readonly length: number }
    }
  /** 304 */
  | { readonly kind: 'not_modified' }
  /** 412 */
  | { readonly kind: 'precondition_failed' }
  /** 416: the range begins behind the end. */
  | { readonly kind: 'range_not_satisfiable' }

/** Which objects are listed. */
export interface ListOptions {
  readonly prefix?: string
  /** Of the page before. */
  readonly cursor?: string
  /** 1 to 1,000, which it is when left out. */
  readonly limit?: number
}

/** Objects in the order of their keys’ bytes. */
export interface ObjectPage {
  readonly objects: readonly ListedObject[]
  /** Undefined on the last page. */
  readonly cursor: string | undefined
}

/** An upload in parts that is under way; invisible until it is completed. */
export interface MultipartUpload {
  readonly key: string
  readonly id: string
}

/** A part that has been taken. */
export interface UploadedPart {
  /** 1 to 10,000. */
  readonly number: number
  readonly etag: string
}

/** A request that needs no other credentials until it expires. */
export interface SignedRequest {
  readonly method: 'GET' | 'PUT'
  readonly url: string
  /** To be sent as they are; the store refuses the request without them. */
  readonly headers: Readonly<Record<string, string>>
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

/** Signs requests that go to the store itself, not through us. */
export interface StorageSigner {
  /** `expiresSeconds` from 1 to a week. The headers are those that the answer will have. */
  signGet(
    key: string,
    options: { readonly expiresSeconds: number } & Omit<ObjectHeaders, 'cacheControl'>,
  ): Promise<SignedRequest>
  /**
   * A put of exactly `size` bytes of one content type. What arrived is to be looked at before it is
   * believed: a store may ignore headers that were signed.
   */
  signPut(
    key: string,
    options: PutOptions & {
      readonly expiresSeconds: number
      readonly contentType: string
      readonly size: number
    },
  ): Promise<SignedRequest>
}

/**
 * Why a call failed:
 * - `unavailable`: no answer, or a passing fault; what was to change may have changed or not
 * - `exists`: there is an object, and it was to be created only
 * - `checksum`: the bytes are not those of the checksum; nothing was kept
 * - `size`: the stream gave more or fewer bytes than told; nothing was kept. Over a connection, which
 *   breaks then, it is `unavailable`
 * - `upload`: there is no such upload, or its parts do not make an object
 * - `fatal`: a fault of ours: a key or a limit, wrong credentials, no bucket
 */
export type StorageFailure = 'unavailable' | 'exists' | 'checksum' | 'size' | 'upload' | 'fatal'

/** A failed call. The message holds no key, no address and no credentials. */
export class StorageError extends Error {
  readonly failure: StorageFailure

  constructor(failure: StorageFailure, reason: string, cause?: unknown) {
    super(`storage: ${failure}: ${reason}`, { cause })
    this.name = 'StorageError'
    this.failure = failure
  }
}

/**
 * Keeps objects under keys (`isStorageKey`). What has been put is read at once. Every call throws
 * `StorageError` and nothing else; the body of a get may fail as streams do.
 */
export interface Storage {
  /** All or nothing, up to 4.995 GiB. A stream is passed on as it comes, and is not tried again. */
  put(key: string, body: StorageBody, options?: PutOptions): Promise<StoredObject>
  /** Undefined when there is none. */
  get(key: string, options?: GetOptions): Promise<GotObject | undefined>
  head(key: string): Promise<ObjectInfo | undefined>
  /** Removes up to 1,000 objects; those that are not there count as removed. */
  delete(keys: readonly string[]): Promise<void>
  list(options?: ListOptions): Promise<ObjectPage>
  /** Copies bytes and headers, and replaces what is there. Undefined when there is no source. */
  copy(from: string, to: string): Promise<StoredObject | undefined>
  createMultipart(key: string, options?: ObjectHeaders): Promise<MultipartUpload>
  /** At least 5 MiB unless it is the last, and all but the last of one size. */
  uploadPart(upload: MultipartUpload, number: number, body: StorageBody): Promise<UploadedPart>
  /** Makes the object of the parts, in the order of their numbers. */
  completeMultipart(upload: MultipartUpload, parts: readonly UploadedPart[]): Promise<StoredObject>
  /** Forgets the upload and its parts; one that is not there counts as forgotten. */
  abortMultipart(upload: MultipartUpload): Promise<void>
  /** Undefined where nothing can sign. */
  readonly signer: StorageSigner | undefined
  /** Where anybody may read the object; undefined for a store that has no such place. */
  publicUrl(key: string): string | undefined
}

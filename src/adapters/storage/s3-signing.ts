import { AwsV4Signer } from 'aws4fetch'
import { type Clock, toRfc3339 } from '../../kernel/clock.ts'
import { limits } from '../../kernel/limits.ts'
import {
  type PutOptions,
  type SignedRequest,
  StorageError,
  type StorageSigner,
} from '../../ports/storage.ts'
import { checkKey, checkSha256, checkSize } from './conditions.ts'
import { hexToBase64 } from './digits.ts'

/** A bucket of an S3-compatible service. */
export interface S3Config {
  /** The service’s address, without the bucket: `https://s3.eu-west-1.amazonaws.com`. */
  readonly endpoint: string
  /** `auto` for R2. */
  readonly region: string
  readonly bucket: string
  /** Whether the bucket’s name is in the path, or the first label of the host. */
  readonly addressing: 'path' | 'virtual'
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of temporary keys. */
  readonly sessionToken?: string
  /** Where anybody may read the bucket. */
  readonly publicUrl?: string
}

/** One request to the bucket. */
export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** The bucket itself when left out. */
  readonly key?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

/** A request as it goes out. */
export interface SignedS3Request {
  readonly url: string
  readonly headers: Headers
}

/** Signs requests of a bucket’s owner (AWS Signature Version 4). */
export type SignS3 = (request: S3Request) => Promise<SignedS3Request>

/** The payload of a request whose bytes are not signed: TLS alone keeps them. */
export const UNSIGNED = 'UNSIGNED-PAYLOAD'

/** The signer of a bucket’s requests; those that say nothing of their payload leave it unsigned. */
export function createSignS3(config: S3Config, clock: Clock): SignS3 {
  const common = commonOf(config)
  return async ({ method, key, query = {}, headers = {} }) => {
    const signer = new AwsV4Signer({
      ...common,
      method,
      url: addressOf(config, key, query),
      headers: { ...headers },
      datetime: basicTime(clock.now()),
    })
    const signed = await signer.sign()
    return { url: spelled(signed.url), headers: new Headers(signed.headers) }
  }
}

/**
 * Presigned requests to a bucket (Signature Version 4 with query parameters). The number of bytes is
 * signed as `Content-Length`, which the sender’s HTTP library sets by itself.
 */
export function createS3Signer(config: S3Config, clock: Clock): StorageSigner {
  const presign = createPresign(config, clock)
  return {
    signGet: (key, { expiresSeconds, contentType, contentDisposition }) =>
      presign({
        method: 'GET',
        key,
        expiresSeconds,
        query: {
          ...(contentType !== undefined && { 'response-content-type': contentType }),
          ...(contentDisposition !== undefined && {
            'response-content-disposition': contentDisposition,
          }),
        },
      }),
    signPut: async (key, { expiresSeconds, size, ...options }) => {
      checkSize(size)
      checkSha256(options.sha256)
      const headers = { ...putHeaders(options), 'content-length': String(size) }
      return presign({ method: 'PUT', key, expiresSeconds, headers })
    },
  }
}

/** The headers that tell a service how to keep an object. */
export function putHeaders(options: PutOptions): Record<string, string> {
  const { contentType, contentDisposition, cacheControl, sha256, createOnly } = options
  return {
    ...(contentType !== undefined && { 'content-type': contentType }),
    ...(contentDisposition !== undefined && { 'content-disposition': contentDisposition }),
    ...(cacheControl !== undefined && { 'cache-control': cacheControl }),
    ...(sha256 !== undefined && {
      'x-amz-checksum-sha256': hexToBase64(sha256),
    }),
    ...(createOnly === true && { 'if-none-match': '*' }),
  }
}

/** A key as the path of a URL has it, without a slash before it (RFC 3986 §2.3). */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
}

function createPresign(config: S3Config, clock: Clock) {
  const common = commonOf(config)
  return async (
    request: S3Request & {
      readonly method: SignedRequest['method']
      readonly key: string
      readonly expiresSeconds: number
    },
  ): Promise<SignedRequest> => {
    const { method, key, expiresSeconds, query = {}, headers = {} } = request
    checkKey(key)
    checkExpiry(expiresSeconds)
    const now = clock.now()
    const url = addressOf(config, key, {
      ...query,
      'X-Amz-Expires': String(expiresSeconds),
    })
    const signer = new AwsV4Signer({
      ...common,
      method,
      url,
      headers: { ...headers },
      datetime: basicTime(now),
      signQuery: true,
      // What is not signed can be left out or replaced by whoever has the URL.
      allHeaders: true,
    })
    const signed = await signer.sign()
    const expiresAt = Math.floor(now / 1_000 + expiresSeconds) * 1_000
    return { method, url: spelled(signed.url), headers, expiresAt }
  }
}

function commonOf(config: S3Config) {
  const { region, accessKeyId, secretAccessKey, sessionToken } = config
  return {
    service: 's3',
    region,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    // Holds the key that is derived for a day, which costs four HMACs.
    cache: new Map<string, ArrayBuffer>(),
  }
}

function addressOf(
  { endpoint, bucket, addressing }: S3Config,
  key: string | undefined,
  query: Readonly<Record<string, string>> = {},
): string {
  const url = new URL(endpoint)
  const base = url.pathname.replace(/\/+$/, '')
  if (addressing === 'virtual') url.host = `${bucket}.${url.host}`
  const place = addressing === 'virtual' ? base : `${base}/${bucket}`
  url.pathname = key === undefined ? place : `${place}/${encodeKey(key)}`
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url.href
}

/** A space in a query is `%20`: not every service reads a plus as one. */
function spelled(url: URL): string {
  return url.href.replaceAll('+', '%20')
}

function checkExpiry(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= limits.storage.signedSeconds) return
  throw new StorageError('fatal', 'a signed request lives from a second to a week')
}

/** ISO 8601 in the basic format without fractions, as Signature Version 4 wants it. */
function basicTime(milliseconds: number): string {
  return toRfc3339(milliseconds).replaceAll(/[-:]|\.\d+/g, '')
}

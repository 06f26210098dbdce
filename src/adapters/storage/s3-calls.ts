import { toHex } from '../../kernel/bytes.ts'
import type { Clock } from '../../kernel/clock.ts'
import { limits } from '../../kernel/limits.ts'
import { StorageError, type StorageFailure } from '../../ports/storage.ts'
import { readText } from '../fetcher/read-text.ts'
import { type Content, type Outgoing, outgoing } from './body.ts'
import { type CallOptions, createCall } from './calls.ts'
import { type S3Config, type S3Request, UNSIGNED, createSignS3 } from './s3-signing.ts'
import { type XmlElement, readXml, textOf } from './s3-xml.ts'

/** What the calls to an S3 service need beside its address. */
export interface S3Deps extends CallOptions {
  readonly fetch: typeof fetch
  readonly clock: Clock
}

/** A request, with what its answer is for. */
export interface S3Call extends S3Request {
  /** Whether it may be made twice; a body that is a stream is sent once at most. */
  readonly repeatable: boolean
  readonly body?: Outgoing
  /** SHA-256 of the body in hexadecimal digits; without it a stream goes out unsigned. */
  readonly sha256?: string | undefined
}

/** Makes a call and gives what `read` makes of an answer of 200 to 299. */
export type AskS3 = <Value>(
  call: S3Call,
  read: (response: Response) => Value | Promise<Value>,
) => Promise<Value>

/** What a service has said no with. */
class S3Refusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string) {
    super(`status ${status}${code && ` ${code}`}`)
    this.name = 'S3Refusal'
    this.status = status
    this.code = code
  }
}

/** Opens the calls to a bucket. */
export function createAskS3(deps: S3Deps, config: S3Config): AskS3 {
  const sign = createSignS3(config, deps.clock)
  const call = createCall(deps, errorOf)
  // Workers' own fetch refuses to be called as the method of an object.
  const { fetch } = deps
  return async ({ repeatable, body = outgoing(''), sha256, ...request }, read) => {
    const attempt = { repeatable: repeatable && body.repeatable, bytes: body.size }
    return call(attempt, (signal) =>
      body.send(async (content) => {
        const payload = sha256 ?? (await payloadOf(content))
        const headers = { ...request.headers, 'x-amz-content-sha256': payload }
        const { url, headers: signed } = await sign({ ...request, headers })
        // Not signed, since it is changed under way: an object compressed there has no size.
        signed.set('accept-encoding', 'identity')
        const response = await fetch(url, {
          method: request.method,
          headers: signed,
          redirect: 'manual',
          cache: 'no-store',
          signal,
          ...(request.method !== 'GET' && request.method !== 'HEAD' && { body: content }),
        })
        if (!response.ok) throw await refusalOf(response)
        return read(response)
      }),
    )
  }
}

/** The answer’s XML. An error may come with the status 200, once a long call is under way. */
export async function xmlOf(response: Response): Promise<XmlElement> {
  const text = await readText(response, limits.storage.answer)
  const document = readXml(text)
  if (document.name === 'Error') throw new S3Refusal(500, textOf(document, 'Code') ?? '')
  return document
}

/** The status of an answer that said no; undefined for another failure. */
export function refusedStatus(error: unknown): number | undefined {
  return error instanceof StorageError && error.cause instanceof S3Refusal
    ? error.cause.status
    : undefined
}

/** Whether the service says that there is no object, or no upload; a HEAD does not say of what. */
export function isMissing(error: unknown): boolean {
  if (refusedStatus(error) !== 404) return false
  const cause = error instanceof StorageError ? error.cause : undefined
  return (
    cause instanceof S3Refusal && ['', 'NoSuchKey', 'NotFound', 'NoSuchUpload'].includes(cause.code)
  )
}

async function payloadOf(content: Content): Promise<string> {
  if (!(content instanceof Uint8Array)) return UNSIGNED
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', content)))
}

async function refusalOf(response: Response): Promise<S3Refusal> {
  const text = await readText(response, limits.storage.errorAnswer).catch(() => '')
  return new S3Refusal(response.status, /<Code>([\w.]{1,64})<\/Code>/.exec(text)?.[1] ?? '')
}

/** Codes that mean more than their status (docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html). */
const FAILURES: Readonly<Record<string, StorageFailure>> = {
  XAmzContentSHA256Mismatch: 'checksum',
  XAmzContentChecksumMismatch: 'checksum',
  BadDigest: 'checksum',
  IncompleteBody: 'size',
  NoSuchUpload: 'upload',
  InvalidPart: 'upload',
  InvalidPartOrder: 'upload',
  EntityTooSmall: 'upload',
  RequestTimeout: 'unavailable',
  SlowDown: 'unavailable',
}

const PASSING = [408, 409, 425, 429]

function failureOf({ status, code }: S3Refusal): StorageFailure {
  const failure = FAILURES[code]
  if (failure) return failure
  if (status === 412) return 'exists'
  if (status === 501) return 'fatal'
  return status >= 500 || PASSING.includes(status) ? 'unavailable' : 'fatal'
}

function errorOf(thrown: unknown): StorageError {
  if (thrown instanceof StorageError) return thrown
  return thrown instanceof S3Refusal
    ? new StorageError(failureOf(thrown), thrown.message, thrown)
    : new StorageError('unavailable', 'the service has not answered', thrown)
}

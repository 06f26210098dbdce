import { describe, expect, it } from 'vitest'
import { createS3Storage } from '../../../src/adapters/storage/s3.ts'
import type { Storage } from '../../../src/ports/storage.ts'
import { failureOf, newKey, readText, streamed } from '../../contracts/storage-bytes.ts'
import { s3Config, s3Deps } from '../../support/storage-server.ts'

/** What happens to one request: it never arrives, or its answer is lost, late or somebody else’s. */
type Fault = 'refused' | 'lost' | 'silent' | Response

/** A store whose first requests meet faults on their way to the real server. */
function open(faults: readonly Fault[], timeoutMilliseconds = 10_000) {
  let requests = 0
  const faulty: typeof fetch = async (input, init) => {
    const fault = faults[requests]
    requests += 1
    if (fault instanceof Response) return fault.clone()
    if (fault === 'refused') throw new TypeError('connection refused')
    const answer = await s3Deps.fetch(input, init)
    if (fault === undefined) return answer
    await answer.body?.cancel()
    if (fault === 'lost') throw new Error('Network connection lost.')
    return new Promise(() => undefined)
  }
  const storage = createS3Storage({ ...s3Deps, fetch: faulty, timeoutMilliseconds }, s3Config)
  return { storage, requests: () => requests }
}

const xmlError = (status: number, code: string) =>
  new Response(`<Error><Code>${code}</Code><Message>x</Message></Error>`, { status })

describe('a call that may be made twice', () => {
  const calls: readonly [string, (storage: Storage, key: string) => Promise<unknown>][] = [
    ['get', async (storage, key) => readText(await storage.get(key))],
    ['head', (storage, key) => storage.head(key)],
    ['list', (storage, key) => storage.list({ prefix: key })],
    ['copy', (storage, key) => storage.copy(key, newKey())],
    ['delete', (storage, key) => storage.delete([key])],
    ['delete', (storage, key) => storage.delete([key, newKey()])],
    ['put', (storage, key) => storage.put(key, 'bytes')],
  ]
  it.each(calls)('%s is made again after faults that pass', async (_, call) => {
    const key = newKey()
    await open([]).storage.put(key, 'bytes')
    const { storage, requests } = open(['refused', xmlError(503, 'SlowDown')])
    await call(storage, key)
    expect(requests()).toBeGreaterThanOrEqual(3)
  })

  it.each<[string, Fault]>([
    ['lost', 'lost'],
    ['refused', 'refused'],
    ['a 500', xmlError(500, 'InternalError')],
    ['a 429', new Response(null, { status: 429 })],
    ['a page of a gateway', new Response('<html>502</html>', { status: 502 })],
    ['XML that is cut off', new Response('<ListBucketResult><Contents>')],
    ['another XML', new Response('<a><Contents><Key>k</Key></Contents></a>')],
  ])('tells after the third time that the answer is %s', async (_, fault) => {
    const { storage, requests } = open([fault, fault, fault, fault])
    expect(await failureOf(storage.list())).toBe('unavailable')
    expect(requests()).toBe(3)
  })

  it('ends when its time is up', async () => {
    const { storage, requests } = open(['silent', 'silent', 'silent'], 50)
    expect(await failureOf(storage.head(newKey()))).toBe('unavailable')
    expect(requests()).toBe(3)
  })
})

describe('a call that may not be made twice', () => {
  const calls: readonly [string, (storage: Storage) => Promise<unknown>][] = [
    ['a put of a stream', (storage) => storage.put(newKey(), { stream: streamed(9), size: 9 })],
    ['a put that is to create only', (storage) => storage.put(newKey(), 'x', { createOnly: true })],
    ['the beginning of an upload', (storage) => storage.createMultipart(newKey())],
    [
      'the end of an upload',
      (storage) =>
        storage.completeMultipart({ key: newKey(), id: 'x' }, [{ number: 1, etag: '"x"' }]),
    ],
  ]
  it.each(calls)('is made once: %s', async (_, call) => {
    const { storage, requests } = open(['refused', 'refused'])
    expect(await failureOf(call(storage))).toBe('unavailable')
    expect(requests()).toBe(1)
  })
})

describe('an answer that will not change', () => {
  it.each([
    [403, 'AccessDenied'],
    [403, 'SignatureDoesNotMatch'],
    [404, 'NoSuchBucket'],
    [301, 'PermanentRedirect'],
    [501, 'NotImplemented'],
  ])('of %d %s is told at once', async (status, code) => {
    const { storage, requests } = open([xmlError(status, code)])
    const failure = await failureOf(storage.get(newKey()))
    expect([failure, requests()]).toEqual(['fatal', 1])
  })

  it('of wrong keys is told by the server itself', async () => {
    const config = { ...s3Config, secretAccessKey: 'another' }
    const storage = createS3Storage(s3Deps, config)
    expect(await failureOf(storage.put(newKey(), 'x'))).toBe('fatal')
    expect(await failureOf(createS3Storage(s3Deps, { ...config, bucket: 'no' }).list())).toBe(
      'fatal',
    )
  })

  it('tells no key, no address and no credentials', async () => {
    const key = newKey()
    const { storage } = open([xmlError(403, 'AccessDenied')])
    const error = await storage.head(key).catch((thrown: unknown) => thrown)
    for (const secret of [key, s3Config.endpoint, s3Config.accessKeyId, s3Config.secretAccessKey]) {
      expect(String(error)).not.toContain(secret)
    }
  })
})

describe('an error that comes with the status 200', () => {
  it('fails the call', async () => {
    const error = () => xmlError(200, 'InternalError')
    const { storage, requests } = open([error(), error(), error()])
    expect(await failureOf(storage.copy(newKey(), newKey()))).toBe('unavailable')
    expect(requests()).toBe(3)
    const refused = open([xmlError(200, 'NoSuchUpload')]).storage
    const parts = [{ number: 1, etag: '"x"' }]
    expect(await failureOf(refused.completeMultipart({ key: newKey(), id: 'x' }, parts))).toBe(
      'upload',
    )
  })

  it('of a removal fails it', async () => {
    const answer = () =>
      new Response(
        '<DeleteResult><Error><Key>a</Key><Code>InternalError</Code></Error></DeleteResult>',
      )
    const { storage } = open([answer(), answer(), answer()])
    expect(await failureOf(storage.delete([newKey(), newKey()]))).toBe('unavailable')
  })
})

describe('a list', () => {
  const answer = (key: string, encoding: string) =>
    new Response(
      `<ListBucketResult><IsTruncated>false</IsTruncated>${encoding}<Contents><Key>${key}</Key>
        <LastModified>2026-01-31T23:59:59.999Z</LastModified><ETag>&quot;e&quot;</ETag>
        <Size>3</Size></Contents></ListBucketResult>`,
    )
  const listed = { key: 'a b+c%41', size: 3, etag: '"e"', uploadedAt: 1_769_903_999_999 }

  it.each([
    ['encodes keys', 'a+b%2Bc%2541', '<EncodingType>url</EncodingType>'],
    ['encodes none', 'a b+c%41', ''],
  ])('of a service that %s has them as they are', async (_, key, encoding) => {
    const { storage } = open([answer(key, encoding)])
    expect(await storage.list()).toEqual({ objects: [listed], cursor: undefined })
  })
})

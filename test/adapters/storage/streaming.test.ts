import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { createR2Storage } from '../../../src/adapters/storage/r2.ts'
import { createS3Storage } from '../../../src/adapters/storage/s3.ts'
import type { Storage } from '../../../src/ports/storage.ts'
import { newKey, streamed } from '../../contracts/storage-bytes.ts'
import { callOptions, s3Config, s3Deps } from '../../support/storage-server.ts'

/** 95 MB, in the chunks that a request’s body comes in. */
const SIZE = 95_000_000
/** More than the pipes on the way hold, and far less than the whole. */
const HELD = 1_000_000

/** Counts the bytes that have left the source and not yet reached the store, and the most of them. */
function createGauge() {
  let given = 0
  let taken = 0
  let most = 0
  return {
    most: () => most,
    onChunk(bytes: number) {
      given += bytes
      most = Math.max(most, given - taken)
    },
    /** Between an adapter and its store. */
    pass: (stream: ReadableStream<Uint8Array>, size: number) =>
      stream
        .pipeThrough(
          new TransformStream<Uint8Array, Uint8Array>({
            transform(chunk, controller) {
              taken += chunk.byteLength
              controller.enqueue(chunk)
            },
          }),
        )
        .pipeThrough(new FixedLengthStream(size)),
  }
}

type Gauge = ReturnType<typeof createGauge>

const isStream = (body: unknown): body is ReadableStream<Uint8Array> =>
  body instanceof ReadableStream

/** The real bucket, with the gauge before its door. */
function gaugedR2(gauge: Gauge): Storage {
  const bucket = new Proxy(env.FILES, {
    get(target, name: keyof R2Bucket) {
      if (name !== 'put') return target[name].bind(target)
      return (key: string, body: unknown, options: R2PutOptions) =>
        target.put(key, isStream(body) ? gauge.pass(body, SIZE) : null, options)
    },
  })
  return createR2Storage(bucket, callOptions)
}

/** The real server, with the gauge before its door. */
function gaugedS3(gauge: Gauge): Storage {
  const gauged: typeof fetch = (input, init) => {
    const body = init?.body
    return fetch(input, isStream(body) ? { ...init, body: gauge.pass(body, SIZE) } : init)
  }
  return createS3Storage({ ...s3Deps, fetch: gauged }, s3Config)
}

describe('a put of 95 MB', () => {
  it.each([
    ['R2', gaugedR2],
    ['S3', gaugedS3],
  ])('passes the stream on to %s as it comes', async (_, open) => {
    const gauge = createGauge()
    const storage = open(gauge)
    const key = newKey()
    const stream = streamed(SIZE, { chunk: 65_536, onChunk: (bytes) => gauge.onChunk(bytes) })
    expect(await storage.put(key, { stream, size: SIZE })).toMatchObject({ size: SIZE })
    expect((await storage.head(key))?.size).toBe(SIZE)
    await storage.delete([key])
    expect(gauge.most()).toBeLessThan(HELD)
  })
})

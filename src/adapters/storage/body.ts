import { type StorageBody, StorageError } from '../../ports/storage.ts'
import { checkSize } from './conditions.ts'

/** What a store is given: bytes, or a stream that ends after a number of bytes or fails. */
export type Content = Uint8Array | ReadableStream<Uint8Array>

/** A body before it is sent. */
export interface Outgoing {
  readonly size: number
  /** Whether it can be sent again. */
  readonly repeatable: boolean
  /** Hands the content over; `size` when the taker tells that a stream had another number of bytes. */
  readonly send: <Value>(take: (content: Content) => Promise<Value>) => Promise<Value>
}

/** Looks at a body. Throws `fatal` for one of a size that no store takes. */
export function outgoing(body: StorageBody): Outgoing {
  const content = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const size = 'stream' in content ? content.size : content.byteLength
  checkSize(size)
  return 'stream' in content
    ? { size, repeatable: false, send: (take) => sendStream(content.stream, size, take) }
    : { size, repeatable: true, send: (take) => take(content) }
}

/**
 * Passes a stream on without looking at its bytes, which the runtime does outside of the isolate’s
 * memory. Whoever takes it sees how many bytes are to come: R2 and S3 must know before the first.
 */
async function sendStream<Value>(
  stream: ReadableStream<Uint8Array>,
  size: number,
  take: (content: Content) => Promise<Value>,
): Promise<Value> {
  const { readable, writable } = new FixedLengthStream(size)
  const stop = new AbortController()
  const piping = stream.pipeTo(writable, { signal: stop.signal }).then(
    () => undefined,
    (error: unknown) => error,
  )
  try {
    return await take(readable)
  } catch (error) {
    stop.abort()
    if (isOtherSize(error) || isOtherSize(await piping)) {
      throw new StorageError('size', 'the stream had another number of bytes', error)
    }
    throw error
  } finally {
    // A store that refuses without reading leaves the rest to nobody.
    stop.abort()
    await piping
  }
}

/** The runtime tells it in words alone. */
function isOtherSize(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes('FixedLengthStream')
}

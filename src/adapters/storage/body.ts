import type { TakePiece } from '../../kernel/raw-body.ts'
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
  const size = content instanceof Uint8Array ? content.byteLength : content.size
  checkSize(size)
  if (content instanceof Uint8Array)
    return { size, repeatable: true, send: (take) => take(content) }
  const feed = 'pump' in content ? pumping(content.pump) : piping(content.stream)
  return { size, repeatable: false, send: (take) => sendFed(feed, size, take) }
}

/** Writes all bytes and ends; gives up when it is told to. */
type Feed = (writable: WritableStream<Uint8Array>, signal: AbortSignal) => Promise<void>

const piping =
  (stream: ReadableStream<Uint8Array>): Feed =>
  (writable, signal) =>
    stream.pipeTo(writable, { signal })

/** The runtime has read a piece when its write is done. */
const pumping =
  (pump: (take: TakePiece) => Promise<void>): Feed =>
  async (writable, signal) => {
    const writer = writable.getWriter()
    const abort = () => void writer.abort(signal.reason).catch(() => undefined)
    signal.addEventListener('abort', abort)
    try {
      await pump((piece) => writer.write(piece))
      await writer.close()
    } catch (error) {
      await writer.abort(error).catch(() => undefined)
      throw error
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

/**
 * Passes a stream on without looking at its bytes, which the runtime does outside of the isolate’s
 * memory. Whoever takes it sees how many bytes are to come: R2 and S3 must know before the first.
 */
async function sendFed<Value>(
  feed: Feed,
  size: number,
  take: (content: Content) => Promise<Value>,
): Promise<Value> {
  const { readable, writable } = new FixedLengthStream(size)
  const stop = new AbortController()
  const feeding = feed(writable, stop.signal).then(
    () => undefined,
    (error: unknown) => error,
  )
  try {
    return await take(readable)
  } catch (error) {
    stop.abort()
    if (isOtherSize(error) || isOtherSize(await feeding)) {
      throw new StorageError('size', 'the stream had another number of bytes', error)
    }
    throw error
  } finally {
    // A store that refuses without reading leaves the rest to nobody.
    stop.abort()
    await feeding
  }
}

/** The runtime tells it in words alone. */
function isOtherSize(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes('FixedLengthStream')
}

import { fromBase64, joinBytes, toHex } from '../../kernel/bytes.ts'
import { AppError, errors } from '../../kernel/errors.ts'
import { limits } from '../../kernel/limits.ts'
import type { RawBody, TakePiece } from '../../kernel/raw-body.ts'
import { requireIdentity } from './body.ts'

/** Bytes that one read asks for. */
const CHUNK = 65_536

/**
 * Refuses a body that is encoded. Answers what the headers tell of it, which stands for the body where
 * a repeat of the request is to be known.
 */
export function requireRaw(request: Request): string {
  requireIdentity(request)
  const told = ['content-type', 'content-length', 'content-digest']
  return told.map((name) => request.headers.get(name) ?? '').join('\n')
}

/** The body of a request, as it comes; nothing is read before it is asked for. */
export function rawBodyOf(request: Request): RawBody {
  let source: Source | undefined
  let head: Uint8Array | undefined
  let isTaken = false
  const open = () => (source ??= openSource(request.body))
  const takeOnce = () => {
    if (isTaken) throw new AppError(errors.conflict, { detail: 'Send the request again.' })
    isTaken = true
  }
  const length = request.headers.get('content-length')
  const peek = async () => (head ??= await readHead(open()))
  return {
    contentType: request.headers.get('content-type') ?? '',
    size: length === null ? undefined : Number(length),
    sha256: digestOf(request.headers.get('content-digest')),
    peek,
    async from(offset) {
      takeOnce()
      // Who has looked at nothing gets what comes as it comes, up to where it breaks off.
      const isFresh = head === undefined && offset === 0
      const beginning = isFresh ? undefined : (await peek()).subarray(offset)
      return streamOf(beginning, open())
    },
    async pump(offset, take) {
      takeOnce()
      const beginning = (await peek()).subarray(offset)
      const from = open()
      try {
        if (beginning.length > 0) await take(beginning)
        await from.pump(take)
      } catch (error) {
        await from.cancel(error).catch(() => undefined)
        throw error
      }
    },
  }
}

/** `sha-256=:<base64>:` among the digests (RFC 9530 §2). */
function digestOf(header: string | null): string | undefined {
  const base64 = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/i.exec(header ?? '')?.[1]
  const bytes = base64 === undefined ? undefined : fromBase64(base64)
  return bytes && toHex(bytes)
}

interface Source {
  /** The next bytes; undefined at the end. */
  next(): Promise<Uint8Array | undefined>
  /** Hands over all that is left, in one piece of memory. */
  pump(take: TakePiece): Promise<void>
  cancel(reason: unknown): Promise<void>
}

/** Reads large pieces: one at a time costs more than its bytes. */
function openSource(body: ReadableStream<Uint8Array> | null): Source {
  if (!body)
    return {
      next: async () => undefined,
      pump: async () => undefined,
      cancel: async () => undefined,
    }
  const reader = body.getReader({ mode: 'byob' })
  return {
    async next() {
      const { value, done } = await reader.read(new Uint8Array(CHUNK))
      return done ? undefined : value
    },
    async pump(take) {
      let view = new Uint8Array(CHUNK)
      for (;;) {
        const { value, done } = await reader.read(view)
        if (done) return
        await take(value)
        view = new Uint8Array(value.buffer)
      }
    },
    cancel: (reason) => reader.cancel(reason),
  }
}

async function readHead(source: Source): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  while (size < limits.media.head) {
    const piece = await source.next()
    if (!piece) break
    pieces.push(piece)
    size += piece.length
  }
  return joinBytes(pieces)
}

function streamOf(beginning: Uint8Array | undefined, source: Source): ReadableStream<Uint8Array> {
  let first = beginning
  return new ReadableStream(
    {
      async pull(controller) {
        const piece = first && first.length > 0 ? first : await source.next()
        first = undefined
        if (piece) controller.enqueue(piece)
        else controller.close()
      },
      cancel: (reason) => source.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

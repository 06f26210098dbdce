import { joinBytes } from '../../kernel/bytes.ts'
import { AppError, errors } from '../../kernel/errors.ts'

/** Refuses a body that is encoded (RFC 9110 §8.4): nothing here decodes one. Throws 415. */
export function requireIdentity({ headers }: Request): void {
  const encoding = headers.get('content-encoding') || 'identity'
  if (encoding.toLowerCase() === 'identity') return
  throw new AppError(errors.unsupportedMediaType, {
    detail: 'The body must not be encoded.',
    headers: { 'Accept-Encoding': 'identity' },
  })
}

/** The text of a body of at most `limit` bytes, in UTF-8. Throws 400, 413 and 415. */
export async function readBody(request: Request, limit: number): Promise<string> {
  requireIdentity(request)
  const declared = Number(request.headers.get('content-length') ?? 0)
  if (declared > limit) throw tooLarge(limit)
  // A declared length bounds the body (RFC 9112 §6.3), so that it is read in one piece.
  const reading = declared > 0 ? request.bytes() : readAtMost(request.body, limit)
  const bytes = await reading.catch(brokenOff)
  if (bytes.byteLength > limit) throw tooLarge(limit)
  return decode(bytes)
}

/** What the client has sent cannot be read to its end, which is no fault of ours. */
function brokenOff(cause: unknown): never {
  if (cause instanceof AppError) throw cause
  throw new AppError(errors.badRequest, { detail: 'The body broke off.', cause })
}

async function readAtMost(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > limit) throw tooLarge(limit)
    chunks.push(chunk)
  }
  return joinBytes(chunks)
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new AppError(errors.badRequest, { detail: 'The body is not UTF-8.' })
  }
}

function tooLarge(limit: number): AppError {
  return new AppError(errors.contentTooLarge, { detail: `The body is larger than ${limit} bytes.` })
}

/** Refuses a body that is not declared as JSON. */
export function requireJson(request: Request): void {
  const type = request.headers.get('content-type') ?? ''
  if (/^application\/(?:[\w.-]+\+)?json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type)) return
  throw new AppError(errors.unsupportedMediaType, {
    detail: 'The body must be application/json in UTF-8.',
    headers: { Accept: 'application/json' },
  })
}

/**
 * Refuses a request whose `Accept` (RFC 9110 §12.5.1) excludes the media type. The range that names
 * it most closely decides; the format that a suffix names (RFC 6839) stands for the type as well, and
 * `text/xml` for XML (RFC 7303 §9.2).
 */
export function requireAcceptable(request: Request, media: string): void {
  const accept = request.headers.get('accept')
  if (accept === null || accept === '' || accept === '*/*') return
  const [type = ''] = media.split('/')
  const format = media.replace(/\/.+\+/, '/')
  const alias = format.replace('application/xml', 'text/xml')
  const isWanted = new Map(accept.split(',', 64).map(rangeOf))
  const closest = [media, format, alias, `${type}/*`, '*/*'].find((range) => isWanted.has(range))
  if (closest !== undefined && isWanted.get(closest)) return
  throw new AppError(errors.notAcceptable, { detail: `This resource is ${media}.` })
}

function rangeOf(part: string): [range: string, isWanted: boolean] {
  const [range = '', ...options] = part.split(';').map((piece) => piece.trim().toLowerCase())
  return [range, !options.some((option) => /^q=0(\.0{0,3})?$/.test(option))]
}

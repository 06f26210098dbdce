import { fromBase64, toHex } from '../../../kernel/bytes.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { fileLabel } from '../../../kernel/file-name.ts'
import { limits } from '../../../kernel/limits.ts'
import { parseWith } from '../../../kernel/parse.ts'
import { uploadQuery } from '../uploads/index.ts'
import type { Said } from '../waiting/index.ts'
import type { Header, PieceDigest } from './types.ts'

/** The version of the protocol (https://tus.io/protocols/resumable-upload). */
export const VERSION = '1.0.0'

/** What a server that speaks it says of itself. */
export const ABILITIES = {
  'Tus-Version': VERSION,
  'Tus-Extension': 'creation,creation-with-upload,termination,expiration,checksum',
  'Tus-Max-Size': String(limits.media.fileBytes),
  'Tus-Checksum-Algorithm': 'sha1,sha256,sha-256',
}

/** The type of a body that is a piece of a file. */
export const PIECE = 'application/offset+octet-stream'

const ALGORITHMS: ReadonlyMap<string, PieceDigest['algorithm']> = new Map([
  ['sha1', 'SHA-1'],
  ['sha256', 'SHA-256'],
  ['sha-256', 'SHA-256'],
])

function badRequest(detail: string): AppError {
  return new AppError(errors.badRequest, { detail })
}

/** Throws 412 for another version of the protocol. */
export function requireVersion(version: string | undefined): void {
  if (version === VERSION) return
  throw new AppError(errors.preconditionFailed, {
    detail: `Tus-Resumable is not ${VERSION}.`,
    headers: { 'Tus-Version': VERSION },
  })
}

/** A number of bytes. Throws `bad_request` for a header that has none. */
export function countIn(header: Header, name: 'Upload-Length' | 'Upload-Offset'): number {
  const value = header(name) ?? ''
  if (!/^\d{1,15}$/.test(value)) throw badRequest(`${name} is not a number of bytes.`)
  return Number(value)
}

/** Throws 415 for a body that is no piece of a file. */
export function requirePiece(contentType: string): void {
  if (contentType.trim().toLowerCase() === PIECE) return
  throw new AppError(errors.unsupportedMediaType, { detail: `The body must be ${PIECE}.` })
}

/** The digest of a piece; undefined when none is told. Throws `bad_request` for one of another kind. */
export function digestIn(checksum: string | undefined): PieceDigest | undefined {
  if (checksum === undefined) return undefined
  const [name = '', base64 = ''] = checksum.split(' ')
  const algorithm = ALGORITHMS.get(name)
  const bytes = algorithm && fromBase64(base64)
  if (!bytes) throw badRequest('Upload-Checksum is of no kind that is known.')
  return { algorithm, hex: toHex(bytes) }
}

/**
 * What `Upload-Metadata` says of the file: `filename`, `filetype`, `folderId` and `visibility`, beside
 * what only the client understands. Throws `bad_request` for one that breaks the protocol, and 422.
 */
export function saidIn(metadata: string | undefined): Said {
  if (metadata === undefined || metadata === '') return { mediaType: '' }
  if (metadata.length > limits.media.metadata || !/^[\x20-\x7e]+$/.test(metadata))
    throw badRequest('Upload-Metadata is too long, or no ASCII.')
  const values = new Map<string, string>()
  for (const pair of metadata.split(',')) {
    const [key = '', value = '', ...more] = pair.trim().split(' ')
    const bytes = fromBase64(value)
    if (key === '' || !bytes || more.length > 0 || values.has(key))
      throw badRequest('Upload-Metadata is no list of keys, each with a value in Base64.')
    values.set(key, new TextDecoder().decode(bytes))
  }
  const one = (...keys: string[]) => keys.map((key) => values.get(key)).find(Boolean)
  const name = fileLabel(one('filename', 'name') ?? '')
  const mediaType = one('filetype', 'type') ?? ''
  const query = { name, folderId: one('folderId'), visibility: one('visibility') }
  const told = Object.fromEntries(Object.entries(query).filter(([, value]) => value))
  return {
    ...parseWith(uploadQuery, told),
    metadata,
    // Parameters would say how to read a body, of which nothing is left.
    mediaType: /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/.test(mediaType) ? mediaType : '',
  }
}

import { byteRangeOf } from '../../../../kernel/byte-range.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { contentDisposition } from '../../../../kernel/file-name.ts'
import type { Streamed } from '../../../../kernel/route.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { folderOf } from '../../domain.ts'
import { namesTag } from '../domain.ts'

/** A header of the request; undefined when it is absent. */
type ReadHeader = (name: string) => string | undefined

/** A file of an export. */
export interface FileOf {
  /** The tenant in whose folder it is. */
  readonly ownerId: string
  readonly exportId: string
  readonly name: string
  readonly header: ReadHeader
}

/**
 * A file of an export as it comes from the store, whole or a range of it (RFC 9110 §13, §14). Throws
 * `not_found`.
 */
export async function streamFile(
  { storage }: Pick<Deps, 'storage'>,
  { ownerId, exportId, name, header }: FileOf,
): Promise<Streamed> {
  const key = folderOf(ownerId, exportId) + name
  const info = await storage.head(key)
  if (!info) throw new AppError(errors.notFound)
  const { etag, size } = info
  const tagged = { ETag: etag, 'Accept-Ranges': 'bytes' }
  if (!namesTag(header('if-match') ?? '*', etag, false)) return nothing(412, tagged)
  if (namesTag(header('if-none-match') ?? '', etag, true)) return nothing(304, tagged)
  const isSame = (header('if-range') ?? etag).trim() === etag
  const span = isSame ? byteRangeOf(header('range') ?? null, size) : 'all'
  if (span === 'none') return nothing(416, { ...tagged, 'Content-Range': `bytes */${size}` })
  const [first, last] = span === 'all' ? [0, size - 1] : [span.first, span.last]
  const length = last - first + 1
  const range = span === 'all' ? {} : { range: { offset: first, length } }
  const got = await storage.get(key, { ...range, ifMatch: etag })
  if (got?.kind !== 'found') throw new AppError(errors.notFound)
  return {
    status: span === 'all' ? 200 : 206,
    headers: {
      ...tagged,
      'Content-Type': info.contentType ?? 'application/octet-stream',
      'Content-Disposition': contentDisposition('attachment', name.replaceAll('/', '-')),
      'Content-Length': String(length),
      ...(span === 'all' ? {} : { 'Content-Range': `bytes ${first}-${last}/${size}` }),
    },
    body: got.body,
  }
}

function nothing(status: 304 | 412 | 416, headers: Streamed['headers']): Streamed {
  return { status, headers, body: null }
}

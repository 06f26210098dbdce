import { AppError } from '../../../../kernel/errors.ts'
import { contentDisposition } from '../../../../kernel/file-name.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { Streamed } from '../../../../kernel/route.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { folderOf } from '../../domain.ts'
import { transferErrors } from '../../errors.ts'
import { readManifest } from '../../service/files.ts'
import { TAR_END, namesTag, tarHeader, tarPadding } from '../domain.ts'
import type { FileOf } from './stream-file.ts'

/**
 * All files of a complete export as one tar archive, which is made while it is read: a piece of a file
 * is in memory, and none is asked for before the client has taken the one before. It breaks off when a
 * file fails.
 *
 * Throws `transfer.not_complete`, and `transfer.archive_too_large` for more files than one request may
 * ask a store for.
 */
export async function streamArchive(
  deps: Pick<Deps, 'storage'>,
  { ownerId, exportId, header }: Omit<FileOf, 'name'>,
): Promise<Streamed> {
  const manifest = await readManifest(deps, ownerId, exportId)
  if (!manifest) throw new AppError(transferErrors.notComplete)
  const parts = [...manifest.tables, manifest.objects].reduce(
    (sum, files) => sum + files.parts.length,
    0,
  )
  if (parts + manifest.objects.rows > limits.transfer.archived)
    throw new AppError(transferErrors.archiveTooLarge, {
      detail: `It has more than ${limits.transfer.archived} files: fetch them one by one.`,
    })
  // A complete export does not change.
  const tagged = { ETag: `"${exportId}.tar"` }
  if (namesTag(header('if-none-match') ?? '', tagged.ETag, true))
    return { status: 304, headers: tagged, body: null }
  return {
    status: 200,
    headers: {
      ...tagged,
      'Content-Type': 'application/x-tar',
      'Content-Disposition': contentDisposition('attachment', `export-${exportId}.tar`),
    },
    body: streamOf(tarOf(deps, folderOf(ownerId, exportId))),
  }
}

async function* tarOf(
  { storage }: Pick<Deps, 'storage'>,
  prefix: string,
): AsyncGenerator<Uint8Array> {
  let cursor: string | undefined
  do {
    const page = await storage.list({ prefix, ...(cursor === undefined ? {} : { cursor }) })
    for (const { key, size, uploadedAt } of page.objects) {
      const got = await storage.get(key)
      if (got?.kind !== 'found' || got.info.size !== size) throw new Error('a file has changed')
      yield tarHeader({ name: key.slice(prefix.length), size, at: uploadedAt })
      yield* got.body
      yield tarPadding(size)
    }
    cursor = page.cursor
  } while (cursor !== undefined)
  yield TAR_END
}

/** A stream that asks for the next piece when the one before has been taken. */
function streamOf(pieces: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { value, done } = await pieces.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await pieces.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

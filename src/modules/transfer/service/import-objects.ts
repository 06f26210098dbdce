import { limits } from '../../../kernel/limits.ts'
import type { Deps } from '../../../ports/deps.ts'
import { isObjectKey } from '../domain.ts'
import { type Files, type ObjectLine, objectLine } from '../schemas.ts'
import { OBJECT_FOLDER, digestOf } from './export-objects.ts'
import { readPart, refused } from './files.ts'

type ObjectDeps = Pick<Deps, 'storage' | 'openDigest'>

/** Looks at the objects of a file. Throws `transfer.file_refused`. */
export async function checkObjects(
  deps: ObjectDeps,
  folder: string,
  files: Files,
  part: number,
): Promise<void> {
  for (const { key, sha256 } of await readLines(deps, folder, files, part))
    if ((await digestOf(deps, folder + OBJECT_FOLDER + key)) !== sha256) throw refused(key)
}

/** Copies the objects of a file to a tenant; the store refuses bytes that are not those of the list. */
export async function copyObjects(
  deps: ObjectDeps,
  { folder, tenantId }: { readonly folder: string; readonly tenantId: string },
  files: Files,
  part: number,
): Promise<void> {
  for (const { key, size, sha256 } of await readLines(deps, folder, files, part)) {
    const got = await deps.storage.get(folder + OBJECT_FOLDER + key)
    if (got?.kind !== 'found') throw refused(key)
    const { contentType, contentDisposition, cacheControl } = got.info
    await deps.storage.put(
      `${tenantId}/${key}`,
      { stream: got.body, size },
      {
        sha256,
        ...(contentType !== undefined && { contentType }),
        ...(contentDisposition !== undefined && { contentDisposition }),
        ...(cacheControl !== undefined && { cacheControl }),
      },
    )
  }
}

async function readLines(
  deps: ObjectDeps,
  folder: string,
  files: Files,
  part: number,
): Promise<ObjectLine[]> {
  const lines = await readPart(deps, folder, files, part)
  if (lines.length > limits.transfer.objects) throw refused(files.name)
  return lines.map((line) => {
    const parsed = objectLine.safeParse(line)
    if (!parsed.success || !isObjectKey(parsed.data.key)) throw refused(files.name)
    return parsed.data
  })
}

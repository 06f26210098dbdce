import { limits } from '../../../kernel/limits.ts'
import type { Deps } from '../../../ports/deps.ts'
import type { ListedObject } from '../../../ports/storage.ts'
import { fileOf, folderOf, isExported, linesOf } from '../domain.ts'
import type { ExportState, ObjectLine } from '../schemas.ts'
import { type Export, type ExportDeps, complete } from './export-state.ts'
import { putPart } from './files.ts'

/** Where the objects of an export are, below its folder. */
export const OBJECT_FOLDER = 'content/'

/** Copies the next page of a tenant's objects, and lists it in a file. */
export async function exportObjects(
  deps: ExportDeps,
  { ownerId, id, tenant }: Export,
  state: ExportState,
): Promise<ExportState> {
  const prefix = `${tenant.id}/`
  const [cursor] = state.after ?? []
  const { objects, cursor: next } = await deps.storage.list({
    prefix,
    limit: limits.transfer.objects,
    ...(typeof cursor === 'string' && { cursor }),
  })
  const folder = folderOf(ownerId, id)
  const lines: ObjectLine[] = []
  for (const object of objects) {
    const key = object.key.slice(prefix.length)
    if (!isExported(key)) continue
    const line = await copyObject(deps, object, key, folder + OBJECT_FOLDER + key)
    if (line) lines.push(line)
  }
  const file = folder + fileOf('objects', state.parts.length)
  const part = lines.length > 0 ? [await putPart(deps, file, linesOf(lines), lines.length)] : []
  const parts = [...state.parts, ...part]
  if (next === undefined) return complete({ ...state, parts }, 'objects')
  return { ...state, parts, after: [next] }
}

/** Undefined for an object that has gone meanwhile. */
async function copyObject(
  deps: ExportDeps,
  { key: from, size }: ListedObject,
  key: string,
  to: string,
): Promise<ObjectLine | undefined> {
  if (!(await deps.storage.copy(from, to))) return undefined
  const sha256 = await digestOf(deps, to)
  return sha256 === undefined ? undefined : { key, size, sha256 }
}

/** The SHA-256 of an object by its bytes; undefined when there is none. */
export async function digestOf(
  { storage, openDigest }: Pick<Deps, 'storage' | 'openDigest'>,
  key: string,
): Promise<string | undefined> {
  const got = await storage.get(key)
  if (got?.kind !== 'found') return undefined
  const digest = openDigest()
  try {
    for await (const bytes of got.body) await digest.update(bytes)
    return await digest.hex()
  } catch (error) {
    digest.cancel()
    throw error
  }
}

import { limits } from '../../../kernel/limits.ts'
import type { Folder } from './types.ts'

/** Why a folder cannot stand where it is to. */
type PlaceFault = 'unknown' | 'cycle' | 'taken'

/** What is wrong with the place of a folder among all of them; undefined when nothing is. */
export function placeFault(
  all: ReadonlyMap<string, Folder>,
  folder: Pick<Folder, 'id' | 'parentId' | 'name'>,
): PlaceFault | undefined {
  let depth = 1
  for (let at = folder.parentId; at !== null; depth++) {
    const parent = all.get(at)
    if (!parent) return 'unknown'
    if (at === folder.id || depth >= limits.media.folderDepth) return 'cycle'
    at = parent.parentId
  }
  const key = folder.name.toLowerCase()
  const isTwin = (other: Folder) =>
    other.id !== folder.id && other.parentId === folder.parentId && other.name.toLowerCase() === key
  return [...all.values()].some(isTwin) ? 'taken' : undefined
}

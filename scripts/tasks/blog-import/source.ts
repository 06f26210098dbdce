import { limits } from '../../../src/kernel/limits.ts'
import type { PostFolder } from './folder.ts'

/** A file's name for the server: the source's name and the path, the same on every file system. */
export function sourceOf(name: string, path: string): string {
  return `${name}/${path}`.normalize('NFC')
}

/** The path of a file that the server names. */
export function pathOf(name: string, source: string): string {
  const start = sourceOf(name, '')
  return source.startsWith(start) ? source.slice(start.length) : source
}

/** Names the files for the server; one whose name is too long, or another's to Unicode, has failed. */
export function nameSources(name: string, { items, failed }: PostFolder): PostFolder {
  const owners = new Map<string, string>()
  const named: PostFolder['items'][number][] = []
  const refused: PostFolder['failed'][number][] = []
  for (const item of items) {
    const source = sourceOf(name, item.source)
    const owner = owners.get(source)
    if (owner !== undefined) {
      refused.push({ source: item.source, reason: `its path is that of ${owner} in other bytes` })
    } else if (source.length > limits.blog.importSource) {
      const reason = `its path is longer than ${limits.blog.importSource} characters with its source`
      refused.push({ source: item.source, reason })
    } else {
      owners.set(source, item.source)
      named.push({ ...item, source })
    }
  }
  return { items: named, failed: [...failed, ...refused] }
}

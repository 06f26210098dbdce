import { readFile, readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { StepError } from '../../support/main.ts'
import { type Authors, parseAuthors } from './authors.ts'
import { type PostItem, UnreadableFileError, readPost } from './post-file.ts'

/** A file that did not become a post. */
export interface Failure {
  readonly source: string
  readonly reason: string
}

/** What a folder holds, in the order of paths. */
export interface PostFolder {
  readonly items: readonly PostItem[]
  readonly failed: readonly Failure[]
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

/** What lies below a folder; what cannot be walked into is told with the rest. */
const walk = async (root: string, folder: string): Promise<(string | Failure)[]> => {
  const entries = await readdir(folder, { withFileTypes: true })
  const found = entries.map(async (entry): Promise<(string | Failure)[]> => {
    const path = join(folder, entry.name)
    const source = relative(root, path).replaceAll(sep, '/')
    const isMarkdown = /\.mdx?$/i.test(entry.name)
    try {
      if (entry.isDirectory()) return await walk(root, path)
      if (!entry.isSymbolicLink()) return entry.isFile() && isMarkdown ? [source] : []
      const isFolder = (await stat(path)).isDirectory()
      // A link to a folder may lead back to where it lies.
      if (isFolder) return [{ source, reason: 'it is a link to a folder, which is not followed' }]
      return isMarkdown ? [source] : []
    } catch (error) {
      return entry.isDirectory() || isMarkdown
        ? [{ source, reason: `it cannot be read: ${reasonOf(error)}` }]
        : []
    }
  })
  return (await Promise.all(found)).flat()
}

const markdownFiles = async (folder: string) => {
  try {
    const found = await walk(folder, folder)
    const sources = found.filter((entry) => typeof entry === 'string').sort()
    return { sources, unwalked: found.filter((entry) => typeof entry !== 'string') }
  } catch (error) {
    throw new StepError(`The folder cannot be read: ${reasonOf(error)}`)
  }
}

const readAuthors = async (folder: string): Promise<Authors> => {
  const path = join(folder, 'authors.json')
  try {
    return parseAuthors(await readFile(path, 'utf8'))
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return new Map()
    throw new StepError(`${path} cannot be read: ${reasonOf(error)}`)
  }
}

const readItem = async (
  folder: string,
  source: string,
  authors: Authors,
): Promise<PostItem | Failure> => {
  try {
    return readPost(source, await readFile(join(folder, source)), authors)
  } catch (error) {
    if (error instanceof UnreadableFileError) return { source, reason: error.message }
    return { source, reason: `it cannot be read: ${reasonOf(error)}` }
  }
}

/**
 * Gives each post a slug of its own: one that is taken gets its category in front. The outcome hangs
 * on the files alone, so that another run finds the same slugs.
 */
const separate = (items: readonly PostItem[]): PostFolder => {
  const owners = new Map<string, string>()
  const kept: PostItem[] = []
  const failed: Failure[] = []
  for (const item of items) {
    const { slug, source } = item
    const folder = source.split('/').at(-2)
    const choices = slug === undefined ? [] : [slug, ...(folder ? [`${folder}-${slug}`] : [])]
    const free = choices.find((choice) => !owners.has(choice))
    const owner = owners.get(slug ?? '')
    if (free !== undefined) owners.set(free, source)
    if (free !== undefined) kept.push({ ...item, slug: free })
    else if (owner === undefined) kept.push(item)
    else failed.push({ source, reason: `its slug "${slug}" is that of ${owner}` })
  }
  return { items: kept, failed }
}

/**
 * Reads every Markdown file (`.md`, `.mdx`) below a folder, and `authors.json` in it. Throws
 * `StepError` when the folder or `authors.json` cannot be read, or no Markdown file is there.
 */
export async function readPostFolder(folder: string): Promise<PostFolder> {
  const { sources, unwalked } = await markdownFiles(folder)
  if (sources.length + unwalked.length === 0)
    throw new StepError(`${folder} holds no Markdown file`)
  const authors = await readAuthors(folder)
  const read: (PostItem | Failure)[] = []
  for (const source of sources) read.push(await readItem(folder, source, authors))
  const unread = read.filter((entry): entry is Failure => 'reason' in entry)
  const { items, failed } = separate(read.filter((entry): entry is PostItem => 'title' in entry))
  return { items, failed: [...unwalked, ...unread, ...failed] }
}

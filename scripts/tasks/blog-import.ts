import { basename, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { limits } from '../../src/kernel/limits.ts'
import type { Session } from '../task/session.ts'
import { UsageError } from '../support/main.ts'
import { type PostFolder, readPostFolder } from './blog-import/folder.ts'
import { pagesOf } from './blog-import/pages.ts'
import { type PageResult, nothing, sendPage, together } from './blog-import/send-page.ts'
import { nameSources, pathOf } from './blog-import/source.ts'

export const importHelp = `Usage: npm run task -- [flags] blog:import <folder> [--source <name>]

Makes a post of every Markdown file (.md, .mdx) below the folder. A file is known by the name of its
source and its path below the folder: another run brings in what is new and leaves every other post
as it is, also one that has another slug since or was deleted.

  --source <name>   the source's name (default the folder's)

The last line counts; above it is each file that was not brought in, with the reason. Exit codes:
  0    every file is in, or was before
  1    some files were not brought in, or the server refused or did not answer
  2    called wrongly
  130  stopped, by Ctrl-C for one; another run goes on from there`

/** A page stays below 1 MiB with what JSON puts around its items. */
const pageLimits = { items: limits.blog.importPage, bytes: 1_048_576 - 1_024 }

interface Import {
  readonly folder: string
  /** Name of the source. */
  readonly name: string
}

const parse = (args: readonly string[]) => {
  try {
    const options = { source: { type: 'string' } } as const
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

const importIn = (args: readonly string[]): Import => {
  const { values, positionals } = parse(args)
  const [given, ...more] = positionals
  if (given === undefined || more.length > 0) throw new UsageError('blog:import takes one folder')
  // npm runs scripts in the folder of package.json and tells where it was called.
  const folder = resolve(process.env['INIT_CWD'] ?? process.cwd(), given)
  const name = (values.source ?? basename(folder)).trim()
  if (/^[^/\p{Cc}]+$/u.test(name)) return { folder, name }
  throw new UsageError('--source must be a name without a slash')
}

/** A line of the report; a path may hold what a terminal would obey. */
const tell = (path: string, what: string): void =>
  console.log(`  ${`${path}: ${what}`.replaceAll(/\p{Cc}/gu, '\uFFFD')}`)

const report = (name: string, result: PageResult): void => {
  const { created, skipped, adopted, deleted, failed } = result
  for (const source of adopted) tell(pathOf(name, source), 'there already, found by its slug')
  for (const source of deleted) tell(pathOf(name, source), 'deleted since its import, stays so')
  for (const { source, reason } of failed) tell(pathOf(name, source), reason)
  const present = `${created} created, ${skipped} there already`
  console.log(`Posts: ${present}, ${deleted.length} deleted since, ${failed.length} not imported`)
}

const sendAll = async (
  session: Session,
  { items, failed }: PostFolder,
  name: string,
  signal: AbortSignal,
): Promise<PageResult> => {
  let result: PageResult = { ...nothing, failed: [...failed] }
  let sent = 0
  try {
    for (const page of pagesOf(items, pageLimits)) {
      signal.throwIfAborted()
      const done = await sendPage(session, page)
      result = together(result, done)
      sent += page.length
      const counts = `${done.created} created, ${done.skipped} there already`
      console.log(`${sent} of ${items.length}: ${counts}`)
    }
  } catch (error) {
    console.log(`Stopped after ${sent} of ${items.length}. Run it again: it goes on from there.`)
    throw error
  } finally {
    report(name, result)
  }
  return result
}

/**
 * Imports a folder of Markdown posts, page by page. What was imported before stays as it is, so that
 * the import can be run again, also after an interruption between two pages. Answers the exit code: 1
 * when a file was not brought in.
 */
export async function importFolder(
  session: Session,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { folder, name } = importIn(args)
  const posts = nameSources(name, await readPostFolder(folder))
  const { failed } = await sendAll(session, posts, name, signal)
  return failed.length > 0 ? 1 : 0
}

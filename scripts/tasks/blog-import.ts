import { resolve } from 'node:path'
import * as z from 'zod'
import { limits } from '../../src/kernel/limits.ts'
import type { Session } from '../task/session.ts'
import { StepError, UsageError } from '../support/main.ts'
import { type Failure, readPostFolder } from './blog-import/folder.ts'
import { pagesOf } from './blog-import/pages.ts'
import type { PostItem } from './blog-import/post-file.ts'

/** What an import has done so far. */
interface Tally {
  created: number
  skipped: number
  readonly failed: Failure[]
}

const PATH = '/api/v1/blog/tasks/import'

/** A page stays below 1 MiB with what JSON puts around its items. */
const pageLimits = { items: limits.blog.importPage, bytes: 1_048_576 - 1_024 }

/** How often a page is sent again when another import was quicker with one of its posts. */
const MAX_CONFLICTS = 3

const resultSchema = z.object({
  created: z.int(),
  skipped: z.int(),
  failed: z.array(z.object({ source: z.string(), reason: z.string() })),
})

type PageResult = z.infer<typeof resultSchema>

const TOO_LARGE = 413
const CONFLICT = 409

const sendPage = async (session: Session, items: readonly PostItem[]): Promise<PageResult> => {
  for (let conflicts = 0; ; conflicts += 1) {
    const answer = await session.post(PATH, { items })
    if (answer.ok) return resultSchema.parse(answer.body)
    if (answer.status === TOO_LARGE) return sendInParts(session, items, answer.problem)
    if (answer.status !== CONFLICT || conflicts === MAX_CONFLICTS) {
      throw new StepError(`The server refused a page of posts: ${answer.problem}`)
    }
  }
}

/** Halves a page that the server, or a proxy before it, finds too large; a single post has failed. */
const sendInParts = async (
  session: Session,
  items: readonly PostItem[],
  reason: string,
): Promise<PageResult> => {
  const [first] = items
  if (items.length === 1 && first !== undefined) {
    return { created: 0, skipped: 0, failed: [{ source: first.source, reason }] }
  }
  const middle = Math.ceil(items.length / 2)
  const left = await sendPage(session, items.slice(0, middle))
  const right = await sendPage(session, items.slice(middle))
  return {
    created: left.created + right.created,
    skipped: left.skipped + right.skipped,
    failed: [...left.failed, ...right.failed],
  }
}

const report = ({ created, skipped, failed }: Tally): void => {
  const counts = `${created} created, ${skipped} there already, ${failed.length} not imported`
  console.log(`Posts: ${counts}`)
  for (const { source, reason } of failed) console.log(`  ${source}: ${reason}`)
}

const folderIn = (args: readonly string[]): string => {
  const [folder, ...more] = args
  if (folder === undefined || more.length > 0) throw new UsageError('blog:import takes one folder')
  // npm runs scripts in the folder of package.json and tells where it was called.
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), folder)
}

/**
 * Imports a folder of Markdown posts, page by page. A post whose slug is there already stays as it
 * is, so that the import can be run again, also after an interruption between two pages. Answers the
 * exit code: 1 when no post was imported or found.
 */
export async function importFolder(
  session: Session,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { items, failed } = await readPostFolder(folderIn(args))
  const tally: Tally = { created: 0, skipped: 0, failed: [...failed] }
  let sent = 0
  try {
    for (const page of pagesOf(items, pageLimits)) {
      signal.throwIfAborted()
      const result = await sendPage(session, page)
      tally.created += result.created
      tally.skipped += result.skipped
      tally.failed.push(...result.failed)
      sent += page.length
      console.log(
        `${sent} of ${items.length}: ${result.created} created, ${result.skipped} there already`,
      )
    }
  } catch (error) {
    console.log(`Stopped after ${sent} of ${items.length}. Run it again: it goes on from there.`)
    throw error
  } finally {
    report(tally)
  }
  return tally.created + tally.skipped === 0 ? 1 : 0
}

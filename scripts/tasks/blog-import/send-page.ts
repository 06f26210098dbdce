import * as z from 'zod'
import { StepError } from '../../support/main.ts'
import type { Session } from '../../task/session.ts'
import type { PostItem } from './post-file.ts'

const PATH = '/api/v1/blog/tasks/import'

/** How often a page is sent again when another import was quicker with one of its posts. */
const MAX_CONFLICTS = 3

const TOO_LARGE = 413
const CONFLICT = 409

const resultSchema = z.object({
  created: z.int(),
  skipped: z.int(),
  adopted: z.array(z.string()),
  deleted: z.array(z.string()),
  failed: z.array(z.object({ source: z.string(), reason: z.string() })),
})

/** What a server has done with a page. */
export type PageResult = z.infer<typeof resultSchema>

/** A page of which nothing has come in. */
export const nothing: PageResult = { created: 0, skipped: 0, adopted: [], deleted: [], failed: [] }

/** The results of two pages as one. */
export function together(one: PageResult, other: PageResult): PageResult {
  return {
    created: one.created + other.created,
    skipped: one.skipped + other.skipped,
    adopted: [...one.adopted, ...other.adopted],
    deleted: [...one.deleted, ...other.deleted],
    failed: [...one.failed, ...other.failed],
  }
}

/**
 * Sends a page of posts, in parts when it is too large for the server. Throws `StepError` when the
 * server refuses it.
 */
export async function sendPage(session: Session, items: readonly PostItem[]): Promise<PageResult> {
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
    return { ...nothing, failed: [{ source: first.source, reason }] }
  }
  const middle = Math.ceil(items.length / 2)
  const left = await sendPage(session, items.slice(0, middle))
  return together(left, await sendPage(session, items.slice(middle)))
}

import { type FileHandle, open } from 'node:fs/promises'
import * as z from 'zod'
import { StepError } from '../support/main.ts'
import { inputOf } from '../task/input.ts'
import { inputSchema } from '../task/schema.ts'
import type { Session } from '../task/session.ts'

const exportPath = '/api/v1/audit/tasks/export'
const verifyPath = '/api/v1/audit/tasks/verify'

const text = { type: 'string' }

const exportArguments = inputSchema.parse({
  type: 'object',
  properties: { since: text, until: text, file: text },
  additionalProperties: false,
})

const verifyArguments = inputSchema.parse({
  type: 'object',
  properties: { slug: text, receipt: text },
  additionalProperties: false,
})

const pageSchema = z.object({ items: z.array(z.unknown()), nextCursor: z.string().nullable() })

const verifiedSchema = z.object({
  tenantId: z.string(),
  entries: z.int(),
  receipt: z.string(),
  isComplete: z.boolean(),
})

const askFor = async <Schema extends z.ZodType>(
  session: Session,
  path: string,
  body: unknown,
  schema: Schema,
): Promise<z.infer<Schema>> => {
  const answer = await session.post(path, body)
  if (!answer.ok) throw new StepError(answer.problem)
  return schema.parse(answer.body)
}

/** Writes to a file that is not there yet, or to stdout. */
const openSink = async (path: string | undefined): Promise<FileHandle | undefined> => {
  if (path === undefined) return undefined
  try {
    return await open(path, 'wx', 0o600)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StepError(`The export cannot be written: ${reason}`)
  }
}

/**
 * `audit:export [--since <instant>] [--until <instant>] [--file <path>]`: every entry as a line of
 * JSON, oldest first. A file must be new and is for its owner alone.
 */
export async function exportLog(
  session: Session,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { file, ...range } = inputOf(args, exportArguments)
  const sink = await openSink(file === undefined ? undefined : z.string().parse(file))
  try {
    let cursor: string | null = null
    do {
      signal.throwIfAborted()
      const body = cursor === null ? range : { ...range, cursor }
      const page: z.infer<typeof pageSchema> = await askFor(session, exportPath, body, pageSchema)
      for (const item of page.items) {
        const line = JSON.stringify(item)
        if (sink) await sink.write(`${line}\n`)
        else console.log(line)
      }
      cursor = page.nextCursor
    } while (cursor !== null)
  } finally {
    await sink?.close()
  }
  return 0
}

/**
 * `audit:verify [--receipt <text>] [--slug <tenant>]`: verifies a log to its end, run by run, and tells
 * the receipt. Throws `StepError` with the first fault.
 */
export async function verifyLog(
  session: Session,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const input = inputOf(args, verifyArguments)
  let body = input
  let entries = 0
  for (;;) {
    signal.throwIfAborted()
    const part = await askFor(session, verifyPath, body, verifiedSchema)
    entries += part.entries
    if (part.isComplete) {
      console.log(JSON.stringify({ ...part, entries }, undefined, 2))
      return 0
    }
    body = { ...input, receipt: part.receipt }
  }
}

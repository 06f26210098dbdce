import * as z from 'zod'
import { StepError } from '../support/main.ts'
import { argumentLines, inputSchema } from './schema.ts'
import type { Session } from './session.ts'

const taskSchema = z.object({
  name: z.string(),
  description: z.string(),
  path: z.string(),
  permissions: z.array(z.string()),
  inBackground: z.boolean(),
  inputSchema,
})

/** A task that a server offers. */
export type OfferedTask = z.infer<typeof taskSchema>

const pageSchema = z.object({ items: z.array(taskSchema), nextCursor: z.string().nullable() })

/** The tasks of a server, as the caller sees them. Throws `StepError` when it shows none. */
export async function listTasks(session: Session): Promise<OfferedTask[]> {
  const tasks: OfferedTask[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const answer = await session.get(`/api/v1/tasks?limit=100${from}`)
    if (!answer.ok) throw new StepError(`The tasks were not listed: ${answer.problem}`)
    const { data } = pageSchema.safeParse(answer.body)
    if (data === undefined) throw new StepError('The server tells of tasks in another way')
    tasks.push(...data.items)
    cursor = data.nextCursor
  }
  return tasks
}

/** The list of tasks as lines. */
export function tableOf(tasks: readonly Pick<OfferedTask, 'name' | 'description'>[]): string {
  const width = Math.max(...tasks.map(({ name }) => name.length))
  return tasks.map(({ name, description }) => `${name.padEnd(width)}  ${description}`).join('\n')
}

/** What a task does, who may run it and what it is given. */
export function helpOf(task: OfferedTask): string {
  const lines = argumentLines(task.inputSchema)
  return [
    `${task.name}: ${task.description}`,
    `Needs ${task.permissions.join(', ')}.${task.inBackground ? '' : ' Runs at once only.'}`,
    lines.length === 0 ? 'It takes no arguments.' : ['Arguments:', ...lines].join('\n'),
  ].join('\n')
}

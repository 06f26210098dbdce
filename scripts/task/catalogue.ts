import * as z from 'zod'
import { StepError } from '../support/main.ts'
import { type ApiOptions, callApi } from './api.ts'

/** A task that a server offers. */
export interface OfferedTask {
  /** `<module>:<verb>`. */
  readonly name: string
  readonly description: string
  readonly path: string
}

const openApi = z.object({
  paths: z.record(z.string(), z.object({ post: z.object({ summary: z.string() }).optional() })),
})

const taskPath = /^\/api\/v1\/([^/]+)\/tasks\/([^/]+)$/

/**
 * The tasks of a server, from its OpenAPI document. Throws `StepError` when it has none to show.
 */
export async function listTasks(options: ApiOptions): Promise<OfferedTask[]> {
  const answer = await callApi(options, { method: 'GET', path: '/openapi.json' })
  if (!answer.ok) throw new StepError(`${options.origin}/openapi.json: ${answer.problem}`)
  const { data } = openApi.safeParse(answer.body)
  if (data === undefined) throw new StepError(`${options.origin} describes no API`)
  return Object.entries(data.paths).flatMap(([path, { post }]) => {
    const [, module, verb] = taskPath.exec(path) ?? []
    if (module === undefined || verb === undefined || post === undefined) return []
    return [{ name: `${module}:${verb}`, description: post.summary, path }]
  })
}

/** The list of tasks as lines. */
export function tableOf(tasks: readonly OfferedTask[]): string {
  const width = Math.max(...tasks.map(({ name }) => name.length))
  return tasks.map(({ name, description }) => `${name.padEnd(width)}  ${description}`).join('\n')
}

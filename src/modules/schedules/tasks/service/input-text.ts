import { invalid } from '../../../../kernel/errors.ts'
import { parseWith } from '../../../../kernel/parse.ts'
import { taskInput } from '../schemas.ts'
import type { TaskInput } from './run-task.ts'

/** The input of a task from the text of GraphQL; undefined without one. Throws `invalid_input`. */
export function inputOf(text: string | null | undefined, pointer: string): TaskInput | undefined {
  if (text === null || text === undefined) return undefined
  return parseWith(taskInput, parseJson(text, pointer), pointer)
}

function parseJson(text: string, pointer: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid(pointer, 'is not JSON')
  }
}

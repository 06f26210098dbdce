import { UsageError } from '../support/main.ts'

const valueOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/**
 * The input of a task from `key=value` arguments: a value that is JSON counts as such, any other as
 * text. Throws `UsageError` on an argument without `=`, or a key that is given twice.
 */
export function inputOf(args: readonly string[]): Record<string, unknown> {
  const input = new Map<string, unknown>()
  for (const argument of args) {
    const at = argument.indexOf('=')
    const key = argument.slice(0, Math.max(0, at))
    if (key === '') throw new UsageError(`"${argument}" is not key=value`)
    if (input.has(key)) throw new UsageError(`${key} is given twice`)
    input.set(key, valueOf(argument.slice(at + 1)))
  }
  return Object.fromEntries(input)
}

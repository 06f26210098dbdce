import { UsageError } from '../support/main.ts'
import { type InputSchema, type Property, propertyOf, propertiesOf } from './schema.ts'

const jsonOrText = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const scalarOf = (key: string, type: string | undefined, text: string): unknown => {
  if (type === 'string') return text
  if (type === 'boolean') {
    if (text === 'true' || text === 'false') return text === 'true'
    throw new UsageError(`--${key} is true or false, not "${text}"`)
  }
  if (type === 'integer' || type === 'number') {
    const number = Number(text)
    if (text.trim() !== '' && Number.isFinite(number)) return number
    throw new UsageError(`--${key} is a number, not "${text}"`)
  }
  return jsonOrText(text)
}

/** What was given for a key, by its type; a list takes one argument an item, or a JSON array. */
const valueOf = (
  key: string,
  property: Property | undefined,
  texts: readonly string[],
): unknown => {
  const [text = '', ...more] = texts
  if (property?.type === 'array') {
    const whole = more.length === 0 ? jsonOrText(text) : undefined
    if (Array.isArray(whole)) return whole
    return texts.map((item) => scalarOf(key, property.items?.type, item))
  }
  if (more.length > 0) throw new UsageError(`${key} is given twice`)
  return scalarOf(key, property?.type, text)
}

const camelCase = (key: string): string =>
  key.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** The next key with its text; takes the value of `--key value` from the rest. */
const takePair = (
  argument: string,
  rest: string[],
  schema: InputSchema | undefined,
): readonly [key: string, text: string] => {
  const isFlag = argument.startsWith('--')
  const body = isFlag ? argument.slice(2) : argument
  const at = body.indexOf('=')
  const name = at < 0 ? body : body.slice(0, at)
  const key = isFlag ? camelCase(name) : name
  if (key === '' || (at < 0 && !isFlag)) throw new UsageError(`"${argument}" is not --key value`)
  if (at >= 0) return [key, body.slice(at + 1)]
  const isSwitch = propertyOf(schema, key)?.type === 'boolean'
  if (isSwitch && !/^(true|false)$/.test(rest[0] ?? '')) return [key, 'true']
  const text = rest.shift()
  if (text === undefined) throw new UsageError(`--${name} needs a value`)
  return [key, text]
}

/**
 * The input of a task from `--key value`, `--key=value` and `key=value` arguments, by the task's JSON
 * Schema. Where that says nothing of a key, a value that is JSON counts as such and any other as text.
 * Throws `UsageError` on what is neither, a key that the schema does not know, one that is given twice
 * and is no list, and a value of another type.
 */
export function inputOf(args: readonly string[], schema?: InputSchema): Record<string, unknown> {
  const texts = new Map<string, string[]>()
  const rest = [...args]
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const [key, text] = takePair(argument, rest, schema)
    texts.set(key, [...(texts.get(key) ?? []), text])
  }
  const known = propertiesOf(schema)
  const isClosed = schema?.additionalProperties === false
  for (const key of texts.keys()) {
    if (!isClosed || known.has(key)) continue
    const names = [...known.keys()].join(', ')
    throw new UsageError(`${key} is not an argument of the task: ${names || 'it takes none'}`)
  }
  const entries = [...texts].map(([key, given]) => [key, valueOf(key, known.get(key), given)])
  return Object.fromEntries(entries)
}

import * as z from 'zod'

const leaf = z.object({ type: z.string().optional() })

const propertySchema = z.object({
  type: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  items: leaf.optional(),
})

/** What a task says of one of its arguments, in JSON Schema. */
export type Property = z.infer<typeof propertySchema>

/** As much of a task's input schema as the command line makes use of. */
export const inputSchema = z.object({
  properties: z.record(z.string(), propertySchema).default({}),
  required: z.array(z.string()).default([]),
  additionalProperties: z.unknown().optional(),
})

export type InputSchema = z.infer<typeof inputSchema>

/** The arguments that a task knows, by key. */
export function propertiesOf(schema: InputSchema | undefined): ReadonlyMap<string, Property> {
  return new Map(Object.entries(schema?.properties ?? {}))
}

export function propertyOf(schema: InputSchema | undefined, key: string): Property | undefined {
  return propertiesOf(schema).get(key)
}

const kebabCase = (key: string): string =>
  key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

const placeholderOf = ({ type, enum: values, items }: Property): string => {
  if (values) return values.map(String).join('|')
  if (type === 'array') return `${items?.type ?? 'json'}, may be repeated`
  if (type === 'object' || type === undefined) return 'json'
  return type === 'string' ? 'text' : type
}

/** A line for each argument of a task. */
export function argumentLines(schema: InputSchema): string[] {
  const rows = [...propertiesOf(schema)].map(([key, property]) => {
    const notes = [
      property.description,
      schema.required.includes(key) && property.default === undefined ? '(required)' : undefined,
      property.default === undefined ? undefined : `(default ${JSON.stringify(property.default)})`,
    ]
    return [`--${kebabCase(key)} <${placeholderOf(property)}>`, notes.filter(Boolean).join(' ')]
  })
  const width = Math.max(0, ...rows.map(([flag = '']) => flag.length))
  return rows.map(([flag = '', notes = '']) => `  ${flag.padEnd(width)}  ${notes}`.trimEnd())
}

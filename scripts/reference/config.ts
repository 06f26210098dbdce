import * as z from 'zod'
import { rootSchema, sections, variableOf } from '../../src/app/config/schema.ts'
import { code, page, table } from './markdown.ts'

const keySchema = z.looseObject({
  description: z.string().optional(),
  enum: z.array(z.string()).optional(),
  type: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
})

/** Every key of the configuration with its variable, its values and its default. */
export function configPage(): string {
  const parts = Object.entries({ app: rootSchema, ...sections }).map(([section, schema]) => {
    const rows = Object.entries<z.ZodType>(schema.shape).map(([key, value]) =>
      rowOf(section, key, value),
    )
    return `## ${section}\n\n${table(['Variable', 'Values', 'Default', 'Meaning'], rows)}`
  })
  return page(
    'Configuration',
    'Read from vars and secrets when the Worker starts. A missing, wrong or unknown key refuses every request and is named in the log. An empty text is as good as none: the default holds.',
    parts,
  )
}

function rowOf(section: string, key: string, schema: z.ZodType): string[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const parsed = keySchema.parse(json)
  const standard = schema.safeParse(undefined)
  return [
    code(variableOf(section, key)),
    valuesOf(parsed, schema),
    standard.success ? defaultOf(standard.data) : '**required**',
    parsed.description ?? '',
  ]
}

function defaultOf(value: unknown): string {
  if (value === undefined) return 'none'
  if (value === '' || (Array.isArray(value) && value.length === 0)) return 'empty'
  return code(typeof value === 'string' ? value : JSON.stringify(value))
}

function valuesOf(parsed: z.infer<typeof keySchema>, schema: z.ZodType): string {
  if (parsed.enum) return parsed.enum.map(code).join(', ')
  if (parsed.minimum !== undefined && parsed.maximum !== undefined) {
    return `${parsed.minimum} to ${parsed.maximum}`
  }
  const isList = Array.isArray(schema.safeParse('a,b').data)
  return isList ? 'list, separated by commas' : 'text'
}

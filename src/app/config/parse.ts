import type * as z from 'zod'
import { type Config, configSchema, rootSchema, sections, variableOf } from './schema.ts'

/** A configuration that cannot be used; the message names every wrong key. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`The configuration is wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
  }
}

const REQUIRED_BINDINGS = ['DB', 'CACHE', 'FILES', 'EVENTS', 'ASSETS'] as const

/**
 * Parses bindings, vars and secrets into the configuration, or throws one `ConfigError` that names
 * every missing, wrong and unknown key without showing a value.
 */
export function parseConfig(env: Readonly<Record<string, unknown>>): Config {
  const problems: string[] = REQUIRED_BINDINGS.filter((name) => !env[name]).map(
    (name) => `${name}: the binding is missing`,
  )
  const shapes = { app: rootSchema.shape, ...Object.fromEntries(entriesOf(sections)) }
  const input: Record<string, Record<string, unknown>> = {}
  const known = new Set<string>()
  for (const [section, shape] of Object.entries(shapes)) {
    const values: Record<string, unknown> = {}
    for (const key of Object.keys(shape)) {
      const variable = variableOf(section, key)
      known.add(variable)
      if (env[variable] !== undefined) values[key] = env[variable]
    }
    input[section] = values
  }
  problems.push(...unknownVariables(env, Object.keys(shapes), known))
  const parsed = configSchema.safeParse(input)
  if (parsed.success && problems.length === 0) return parsed.data
  throw new ConfigError([
    ...problems,
    ...(parsed.error?.issues.map((issue) => describeIssue(issue, input)) ?? []),
  ])
}

function entriesOf(record: typeof sections): [string, Record<string, z.ZodType>][] {
  return Object.entries(record).map(([name, schema]) => [name, schema.shape])
}

function unknownVariables(
  env: Readonly<Record<string, unknown>>,
  prefixes: readonly string[],
  known: ReadonlySet<string>,
): string[] {
  return Object.keys(env)
    .filter(
      (name) =>
        prefixes.some((prefix) => name.startsWith(`${prefix.toUpperCase()}_`)) && !known.has(name),
    )
    .map((name) => `${name}: is not a key of the configuration`)
}

function describeIssue(
  issue: z.core.$ZodIssue,
  input: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): string {
  const [section, key] = issue.path
  if (typeof section !== 'string' || typeof key !== 'string') return issue.message
  const missing = issue.code === 'invalid_type' && input[section]?.[key] === undefined
  return `${variableOf(section, key)}: ${missing ? 'is missing' : issue.message}`
}

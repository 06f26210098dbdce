import type * as z from 'zod'
import { checkAcross } from './checks.ts'
import { nearest } from './near.ts'
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
 * every missing, wrong and unknown key without showing a value. An empty text is as good as no text:
 * a var can be emptied where it cannot be removed. Numbers and flags may be texts or, as
 * wrangler.toml has them, numbers and booleans.
 */
export function parseConfig(env: Readonly<Record<string, unknown>>): Config {
  const bindings = REQUIRED_BINDINGS.filter((name) => !env[name]).map(
    (name) => `${name}: the binding is missing`,
  )
  const { given, known } = readSections(env)
  const parsed = configSchema.safeParse(given)
  const wrong = new Map<string, string>()
  for (const issue of parsed.error?.issues ?? []) {
    const [section, key] = issue.path.map(String)
    const variable = variableOf(section ?? '', key ?? '')
    if (!wrong.has(variable))
      wrong.set(variable, messageOf(issue, given[section ?? '']?.[key ?? '']))
  }
  for (const { section, key, message } of checkAcross(given)) {
    const variable = variableOf(section, key)
    if (!wrong.has(variable)) wrong.set(variable, message)
  }
  const problems = [
    ...bindings,
    ...unknownVariables(env, Object.keys(given), known),
    ...[...wrong].map(([variable, message]) => `${variable}: ${message}`),
  ]
  if (parsed.success && problems.length === 0) return parsed.data
  throw new ConfigError(problems)
}

/** What is given for each key of each section, and the names of all variables. */
function readSections(env: Readonly<Record<string, unknown>>) {
  const given: Record<string, Record<string, unknown>> = {}
  const known = new Set<string>()
  for (const [section, { shape }] of Object.entries({ app: rootSchema, ...sections })) {
    const values: Record<string, unknown> = {}
    for (const key of Object.keys(shape)) {
      const variable = variableOf(section, key)
      known.add(variable)
      const value = env[variable]
      if (value !== undefined && value !== '') values[key] = isPlain(value) ? String(value) : value
    }
    given[section] = values
  }
  return { given, known }
}

/** Whether a value is a var or a secret; a binding is an object. */
function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

/** Vars that have the prefix of a section, or nearly the name of a key, and are none. */
function unknownVariables(
  env: Readonly<Record<string, unknown>>,
  sectionNames: readonly string[],
  known: ReadonlySet<string>,
): string[] {
  return Object.keys(env)
    .filter((name) => isPlain(env[name]) && !known.has(name))
    .flatMap((name) => {
      const meant = nearest(name, known)
      const isOurs = sectionNames.some((section) => name.startsWith(`${section.toUpperCase()}_`))
      if (meant === undefined && !isOurs) return []
      const hint = meant === undefined ? '' : `; is ${meant} meant?`
      return [`${name}: is not a key of the configuration${hint}`]
    })
}

function messageOf(issue: z.core.$ZodIssue, value: unknown): string {
  return issue.code === 'invalid_type' && value === undefined ? 'is missing' : issue.message
}

import type { Finding } from './finding.ts'
import type { SourceFile } from './source.ts'

/** What may stand directly in `src`. */
const HOUSE = ['index.ts', 'app', 'modules', 'ports', 'adapters', 'kernel']

/** What may stand in a module and in a room of a module. */
const INNER_SHAPE = [
  'index.ts',
  'module.ts',
  'types.ts',
  'domain.ts',
  'tables.ts',
  'repo.ts',
  'service.ts',
  'schemas.ts',
  'routes.ts',
  'graphql.ts',
  'events.ts',
  'subscribers.ts',
  'jobs.ts',
  'tasks.ts',
  'mails.tsx',
  'errors.ts',
  'permissions.ts',
  'seeds.ts',
  'README.md',
]

/** What belongs to a module as a whole and to none of its rooms. */
const MODULE_ONLY = ['module.ts', 'README.md']
const MODULE_NEEDS = ['index.ts', 'README.md']
const README_LINES = 60
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/
const USE_CASE = /^[a-z0-9]+(-[a-z0-9]+)*\.ts$/
/** What the other checks read, and the README of a module. */
const READABLE = /(\.tsx?|^src\/modules\/[^/]+\/README\.md)$/
const SHAPE = `The names are: ${INNER_SHAPE.join(', ')}, and service/<use-case>.ts.`

/**
 * Strangers in the house: files of `src` of an unknown kind or outside the shape that every module
 * has. A folder of a
 * module that is not `service` is a room of the same shape; rooms have no rooms.
 */
export function layoutFindings(files: readonly SourceFile[]): Finding[] {
  const inSrc = files.filter(({ path }) => path.startsWith('src/'))
  return [
    ...inSrc.flatMap(({ path }) => strangers(path)),
    ...modulesOf(inSrc).flatMap((module) => missingFiles(module, inSrc)),
    ...inSrc.flatMap(longReadme),
  ]
}

function strangers(path: string): Finding[] {
  if (!READABLE.test(path)) {
    const fix = 'Write .ts or .tsx: no check reads anything else.'
    return [{ where: path, what: 'is a file of a kind that src does not have', fix }]
  }
  const [, floor = '', ...inside] = path.split('/')
  if (!HOUSE.includes(floor)) {
    const fix = `Only ${HOUSE.join(', ')} stand in src: move it to where it belongs.`
    return [{ where: path, what: 'stands in src itself', fix }]
  }
  if (floor === 'adapters' && inside.length !== 2) {
    const fix = 'An adapter is src/adapters/<port>/<implementation>.ts.'
    return [{ where: path, what: 'is not one file in the folder of a port', fix }]
  }
  return floor === 'modules' ? strangersInModule(path, inside.slice(1)) : []
}

function strangersInModule(path: string, inside: readonly string[]): Finding[] {
  const [first = '', second, third, ...deeper] = inside
  if (second === undefined) return INNER_SHAPE.includes(first) ? [] : [stranger(path)]
  if (first === 'service') {
    return third === undefined && USE_CASE.test(second) ? [] : [stranger(path)]
  }
  if (!KEBAB_CASE.test(first)) return [stranger(path)]
  const isFile = third === undefined && INNER_SHAPE.includes(second)
  if (isFile && !MODULE_ONLY.includes(second)) return []
  const isUseCase = second === 'service' && deeper.length === 0 && USE_CASE.test(third ?? '')
  return isUseCase ? [] : [stranger(path)]
}

function stranger(where: string): Finding {
  return { where, what: 'is not a part of a module’s inner shape', fix: SHAPE }
}

function modulesOf(files: readonly SourceFile[]): string[] {
  const names = files.flatMap(({ path }) => /^src\/modules\/([^/]+)\//.exec(path)?.[1] ?? [])
  return [...new Set(names)]
}

function missingFiles(module: string, files: readonly SourceFile[]): Finding[] {
  const paths = new Set(files.map(({ path }) => path))
  return MODULE_NEEDS.map((name) => `src/modules/${module}/${name}`)
    .filter((path) => !paths.has(path))
    .map((where) => ({
      where,
      what: 'is missing',
      fix: where.endsWith('.md')
        ? 'Say what the module is for, its tables, events, permissions, limits and failures.'
        : 'Export what other modules and app/ may use of the module.',
    }))
}

function longReadme({ path, text }: SourceFile): Finding[] {
  const lines = text.trimEnd().split('\n').length
  if (!/^src\/modules\/.*README\.md$/.test(path) || lines <= README_LINES) return []
  return [{ where: path, what: `has ${lines} lines of ${README_LINES}`, fix: 'Shorten it.' }]
}

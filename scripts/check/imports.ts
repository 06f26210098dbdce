import { posix } from 'node:path'
import type { Finding } from './finding.ts'
import { refusePackageOf, untraceableImports } from './packages.ts'
import { type SourceFile, importsOf, placeOf } from './source.ts'

/** One import between two files of `src`, or of a package. */
export interface Edge {
  /** Path of the importing file. */
  readonly from: string
  /** Path of the imported file, or the package's specifier as it is written. */
  readonly to: string
  /** True when nothing of it is left at run time. */
  readonly typesOnly?: boolean
}

/** Why an import is refused. */
export interface Refusal {
  readonly what: string
  readonly fix: string
}

const FLOORS = ['index.ts', 'app', 'modules', 'ports', 'kernel']

/** Files of a module that put its rooms together; a room knows nothing of them. */
const COMPOSITION = ['index', 'module', 'routes', 'graphql', 'events', 'seeds', 'tasks', 'jobs']

/** What deciding code may know: pure code and the shapes of its own data. */
const PURE = /^(src\/kernel\/|\.generated\/|src\/modules\/.*\/(domain|types|errors|events)\.ts$)/

/** Every refused import of the files, in modules of the given order. */
export function importFindings(files: readonly SourceFile[], order: readonly string[]): Finding[] {
  const edges = files.flatMap((file) =>
    importsOf(file).map(({ specifier, offset, typesOnly }) => ({
      from: file.path,
      to: resolve(file.path, specifier),
      typesOnly,
      where: placeOf(file, offset),
    })),
  )
  const refused = edges.flatMap(({ where, ...edge }) => {
    const refusal = refuseImport(edge, order)
    return refusal ? [{ where, ...refusal }] : []
  })
  return [...refused, ...files.flatMap(untraceableImports), ...roomCycles(edges)]
}

/** The slugs of `src/app/modules.ts` in the order of its list, with `commit` before them. */
export function moduleOrder(text: string): string[] {
  const list = /modules[^=]*=\s*\[([^\]]*)\]/.exec(text)?.[1] ?? ''
  const slugs = list.split(',').flatMap((name) => {
    const imported = `import\\s*\\{[^}]*\\b${name.trim()}\\b[^}]*\\}\\s*from\\s*'\\.\\./modules/([a-z-]+)/index\\.ts'`
    return name.trim() === '' ? [] : (new RegExp(imported).exec(text)?.[1] ?? [])
  })
  return ['commit', ...slugs]
}

/** Why the import breaks the direction of imports; undefined when it may stand. */
export function refuseImport(edge: Edge, order: readonly string[]): Refusal | undefined {
  return refuseDirection(edge, order) ?? (edge.typesOnly ? undefined : refuseImpure(edge))
}

function refuseDirection({ from, to }: Edge, order: readonly string[]): Refusal | undefined {
  if (!to.startsWith('src/')) return refusePackage(from, to)
  const [above, below] = [floorOf(from), floorOf(to)]
  if (above === 'adapters' || below === 'adapters') return refuseAdapter(from, to)
  if (FLOORS.indexOf(above) > FLOORS.indexOf(below)) {
    const fix = `Imports go one way: ${FLOORS.join(' → ')}. Turn it round by an event, a port or an entry of the manifest.`
    return { what: `imports ${to}, which stands above it`, fix }
  }
  if (above === 'index.ts' && below !== 'app') {
    return { what: `imports ${to}`, fix: 'src/index.ts has no logic: it imports app/ only.' }
  }
  if (below !== 'modules') return undefined
  return above === 'modules' ? refuseBetweenModules(from, to, order) : refusePrivate(to)
}

function refusePackage(from: string, to: string): Refusal | undefined {
  const floor = floorOf(from)
  if (/^(scripts|test|migrations)\//.test(to)) {
    return { what: `imports ${to}`, fix: 'The Worker is src and nothing else.' }
  }
  const buildsSql = /\/(repo|tables)\.ts$/.test(from) || from === 'src/kernel/statement.ts'
  if (to.startsWith('drizzle-orm') && !buildsSql) {
    return { what: `imports ${to}`, fix: 'SQL is built in repo.ts, from the tables of tables.ts.' }
  }
  return refusePackageOf(floor, to)
}

function refuseAdapter(from: string, to: string): Refusal | undefined {
  if (floorOf(from) === 'adapters') {
    if (['adapters', 'ports', 'kernel'].includes(floorOf(to))) return undefined
    return { what: `imports ${to}`, fix: 'An adapter knows its port and the kernel.' }
  }
  if (floorOf(from) === 'app') return undefined
  return { what: `imports ${to}`, fix: 'Only app/ knows adapters: take the port as a dependency.' }
}

function refuseBetweenModules(
  from: string,
  to: string,
  order: readonly string[],
): Refusal | undefined {
  const [importer, imported] = [moduleOf(from), moduleOf(to)]
  if (importer === imported) return refuseWithinModule(from, to)
  if (order.indexOf(imported) === -1 || order.indexOf(imported) >= order.indexOf(importer)) {
    const fix = `The order is ${order.join(', ')} (src/app/modules.ts): a module uses the ones before it; the other way goes as an event.`
    return { what: `imports the module ${imported}`, fix }
  }
  return refusePrivate(to)
}

function refusePrivate(to: string): Refusal | undefined {
  const index = `src/modules/${moduleOf(to)}/index.ts`
  if (to === index) return undefined
  return { what: `imports ${to}`, fix: `Import ${index}, and export there what is needed.` }
}

function refuseWithinModule(from: string, to: string): Refusal | undefined {
  const [room, other] = [roomOf(from), roomOf(to)]
  if (room === undefined || room === other) return refuseSql(from, to)
  if (other === undefined) {
    const name = /([^/]+)\.ts$/.exec(to)?.[1] ?? ''
    if (!COMPOSITION.includes(name)) return undefined
    return { what: `imports ${to}`, fix: 'A room knows nothing of what puts the rooms together.' }
  }
  if (to.endsWith(`/${other}/index.ts`)) return undefined
  return { what: `imports ${to}`, fix: `Between rooms import ${other}/index.ts only.` }
}

/** Routes and resolvers are thin: they know services and schemas, not tables. */
function refuseSql(from: string, to: string): Refusal | undefined {
  const isThin = /\/(routes|graphql|schemas)\.ts$/.test(from)
  if (!isThin || !/\/(repo|tables)\.ts$/.test(to)) return undefined
  return { what: `imports ${to}`, fix: 'Routes and resolvers call a service, and only that.' }
}

/** Deciding code imports no value but those of pure code. */
function refuseImpure({ from, to }: Edge): Refusal | undefined {
  if (!from.endsWith('/domain.ts') || PURE.test(to)) return undefined
  const isOwnSchema = to === from.replace('/domain.ts', '/schemas.ts')
  const isIndex = to.startsWith('src/modules/') && to.endsWith('/index.ts')
  if (isOwnSchema || isIndex) return undefined
  return { what: `imports ${to}`, fix: 'domain.ts is pure: give it what it decides on.' }
}

/** Rooms that need each other, each pair once. */
function roomCycles(edges: readonly (Edge & { readonly where: string })[]): Finding[] {
  const needs = new Map<string, Set<string>>()
  for (const { from, to } of edges) {
    const [room, other] = [roomPath(from), roomPath(to)]
    if (!room || !other || room === other) continue
    needs.set(room, (needs.get(room) ?? new Set()).add(other))
  }
  return edges.flatMap(({ from, to, where }) => {
    const [room, other] = [roomPath(from), roomPath(to)]
    if (!room || !other || room <= other || !reaches(needs, other, room)) return []
    const fix = 'Rooms have an order too: let one of them know nothing of the other.'
    return [{ where, what: `imports the room ${other}, which needs ${room}`, fix }]
  })
}

function reaches(
  needs: ReadonlyMap<string, ReadonlySet<string>>,
  from: string,
  to: string,
): boolean {
  const seen = new Set<string>()
  const open = [from]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === to) return true
    if (seen.has(at)) continue
    seen.add(at)
    open.push(...(needs.get(at) ?? []))
  }
  return false
}

function resolve(from: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier
}

function floorOf(path: string): string {
  return path.split('/')[1] ?? ''
}

function moduleOf(path: string): string {
  return path.split('/')[2] ?? ''
}

/** The room of a module's file; undefined for the files of the module itself. */
function roomOf(path: string): string | undefined {
  const [, , , folder, file] = path.split('/')
  return file === undefined || folder === 'service' ? undefined : folder
}

function roomPath(path: string): string | undefined {
  if (!path.startsWith('src/modules/')) return undefined
  const room = roomOf(path)
  return room === undefined ? undefined : `${moduleOf(path)}/${room}`
}

import { type Exception, withoutExceptions } from './exceptions.ts'
import type { Finding } from './finding.ts'
import { GLOBAL_OBJECTS, memberOf, namesIn, placesOf } from './names.ts'
import { type SourceFile, placeOf, visit } from './source.ts'

/** A family of calls with the only place that may make them. */
interface Rule {
  readonly names: readonly string[]
  readonly allowedIn: RegExp
  readonly fix: string
}

/** What compiles at run time. */
export const COMPILERS = [
  'eval',
  'Function',
  'WebAssembly.compile',
  'WebAssembly.compileStreaming',
  'WebAssembly.instantiate',
  'WebAssembly.instantiateStreaming',
  'WebAssembly.Module',
]

const CALLS: readonly Rule[] = [
  {
    names: ['Date.now', 'Date', 'performance.now', 'performance', 'Temporal.Now.*', 'process.*'],
    allowedIn: /^src\/adapters\/clock\//,
    fix: 'Take the instant from `ctx.now` or the injected clock.',
  },
  {
    names: ['Math.random', 'crypto.randomUUID', 'crypto.getRandomValues', 'Math', 'crypto'],
    allowedIn: /^src\/adapters\/clock\//,
    fix: 'Take ids and random bytes from the injected `ids`.',
  },
  {
    names: [
      'setTimeout',
      'setInterval',
      'setImmediate',
      'scheduler.wait',
      'scheduler',
      'AbortSignal.timeout',
      'AbortSignal',
    ],
    allowedIn: /^src\/adapters\//,
    fix: 'Waiting belongs to an adapter; a module is given what waits.',
  },
  {
    names: GLOBAL_OBJECTS,
    allowedIn: /^never$/,
    fix: 'Write the name in full: what is taken of a global object otherwise cannot be told.',
  },
  {
    names: [...COMPILERS, 'WebAssembly'],
    allowedIn: /^never$/,
    fix: 'Workers compile nothing at run time: import the module statically.',
  },
  {
    names: ['fetch', 'WebSocket', 'EventSource'],
    allowedIn: /^src\/adapters\//,
    fix: 'Calls to the outside go through a port.',
  },
]

const EXCEPTIONS: readonly Exception[] = [
  {
    path: 'src/adapters/hasher/hash-wasm-engine.ts',
    what: 'calls WebAssembly.instantiate',
    because: 'it instantiates modules of the build, which compiles nothing',
  },
  {
    path: 'src/adapters/hasher/hash-wasm-engine.ts',
    what: 'names WebAssembly',
    because: 'it puts modules of the build in the place of a compiler that workerd does not have',
  },
]

/** Functions of SQLite that answer the present time unless they are given another. */
const SQL_CLOCK = new RegExp(
  [
    String.raw`\b(current_timestamp|current_time|current_date)\b`,
    String.raw`\brandomblob\s*\(|\b(random|unixepoch|datetime|date|time|julianday)\s*\(\s*\)`,
    String.raw`\b(datetime|date|time|julianday|strftime|unixepoch|timediff)\s*\([^)]*['"]now['"]`,
    String.raw`\b(datetime|time|julianday|unixepoch)\s*\(\s*'subsec(ond)?'`,
    String.raw`\bstrftime\s*\(\s*('[^']*'|"[^"]*"|\?\d*)\s*\)`,
  ].join('|'),
  'i',
)

const SQL_FIX = 'Bind the instant or the id as a parameter: the engine’s clock cannot be injected.'

/** Clocks, random sources, timers and compilers outside their adapters, in code and in SQL. */
export function callFindings(
  files: readonly SourceFile[],
  migrations: readonly SourceFile[],
): Finding[] {
  return [
    ...withoutExceptions(
      files.flatMap((file) => [
        ...refusedCalls(file),
        ...constructorsIn(file),
        ...clocksInTexts(file),
      ]),
      EXCEPTIONS.filter(({ path }) => files.some((file) => file.path === path)),
    ),
    ...migrations.flatMap(clocksInMigration),
  ]
}

function refusedCalls(file: SourceFile): Finding[] {
  return namesIn(file).flatMap(({ name, start, isCalled, given, isBound }) => {
    const rule = CALLS.find(({ names }) => names.some((known) => isOf(name, known)))
    if (!rule || rule.allowedIn.test(file.path)) return []
    const isPlain = !name.includes('.')
    // A value of the file that has the name of a global one may be handed on, not called.
    if (isPlain && isBound && !isCalled) return []
    if (name === 'Date' && isCalled && given > 0) return []
    const what = `${isPlain && !isCalled ? 'names' : 'calls'} ${name}`
    return [{ where: placeOf(file, start), what, fix: rule.fix }]
  })
}

/** Whether a name is the known one, or one of a family that is known by `name.*`. */
function isOf(name: string, known: string): boolean {
  return known.endsWith('.*') ? name.startsWith(known.slice(0, -1)) : name === known
}

/** Constructors that are read of a value: `f.constructor` compiles, and one of a date knows the time. */
function constructorsIn(file: SourceFile): Finding[] {
  return placesOf(file).flatMap(({ node }) => {
    if (node.type !== 'MemberExpression' || memberOf(node) !== 'constructor') return []
    const fix = 'Name the class: which one a value has cannot be told.'
    return [{ where: placeOf(file, node.start), what: 'names .constructor', fix }]
  })
}

function clocksInTexts(file: SourceFile): Finding[] {
  const found: Finding[] = []
  const note = (text: string, offset: number): void => {
    const clock = SQL_CLOCK.exec(text)?.[0]
    if (clock === undefined) return
    found.push({ where: placeOf(file, offset), what: `uses ${clock} in SQL`, fix: SQL_FIX })
  }
  visit(file, {
    Literal: (node) => {
      if (typeof node.value === 'string') note(node.value, node.start)
    },
    TemplateLiteral: ({ quasis, start }) => {
      note(quasis.map(({ value }) => value.raw).join('?'), start)
    },
  })
  return found
}

function clocksInMigration(file: SourceFile): Finding[] {
  const text = file.text.replaceAll(/--.*$/gm, (comment) => ' '.repeat(comment.length))
  const clock = SQL_CLOCK.exec(text)
  if (!clock) return []
  return [{ where: placeOf(file, clock.index), what: `uses ${clock[0]} in SQL`, fix: SQL_FIX }]
}

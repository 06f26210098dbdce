import type { Expression } from 'oxc-parser'
import { type Exception, withoutExceptions } from './exceptions.ts'
import type { Finding } from './finding.ts'
import { type SourceFile, placeOf, visit } from './source.ts'

/** A family of calls with the only place that may make them. */
interface Rule {
  readonly names: readonly string[]
  readonly allowedIn: RegExp
  readonly fix: string
}

const CALLS: readonly Rule[] = [
  {
    names: ['Date.now', 'Date', 'performance.now'],
    allowedIn: /^src\/adapters\/clock\//,
    fix: 'Take the instant from `ctx.now` or the injected clock.',
  },
  {
    names: ['Math.random', 'crypto.randomUUID', 'crypto.getRandomValues'],
    allowedIn: /^src\/adapters\/clock\//,
    fix: 'Take ids and random bytes from the injected `ids`.',
  },
  {
    names: ['setTimeout', 'setInterval', 'scheduler.wait'],
    allowedIn: /^src\/adapters\//,
    fix: 'Waiting belongs to an adapter; a module is given what waits.',
  },
  {
    names: ['eval', 'Function', 'WebAssembly.compile', 'WebAssembly.instantiate'],
    allowedIn: /^never$/,
    fix: 'Workers compile nothing at run time: import the module statically.',
  },
  {
    names: ['fetch'],
    allowedIn: /^src\/adapters\//,
    fix: 'Calls to the outside go through a port.',
  },
]

const SQL_CLOCK =
  /\b(current_timestamp|current_time|current_date)\b|\b(unixepoch|randomblob|random)\s*\(\s*\)|\b(datetime|date|time|julianday|strftime|unixepoch)\s*\([^)]*'now'/i

const SQL_FIX = 'Bind the instant or the id as a parameter: the engine’s clock cannot be injected.'

/** What only the door to the database may call. */
const DATABASE: readonly Rule[] = [
  {
    names: ['write'],
    allowedIn: /^src\/modules\/commit\//,
    fix: 'Write through `commit()` of modules/commit, which adds audit, outbox and idempotency.',
  },
  {
    names: ['bookkeep'],
    // Tries at a secret are counted before anything is known that a commit could tell of. Places in
    // the chain of the audit log are given to entries that commits have written before. Objects of
    // the store are known before and after any file of a tenant is made of them, and so is how much of
    // one has arrived. How far a change of many assets is tells of commits that are there already.
    allowedIn:
      /^src\/modules\/(audit|commit|events|jobs|schedules|mail|webhooks|auth\/attempts|api-keys|media\/(bulk|objects|waiting))\//,
    fix: 'State is written through `commit()`; only delivery and attempts keep books of their own.',
  },
  {
    names: ['prepare', 'batch', 'withSession'],
    allowedIn: /^src\/adapters\/database\//,
    fix: 'Reach the database through the port: `deps.db`.',
  },
]

const WRITE_EXCEPTIONS: readonly Exception[] = [
  {
    path: 'src/adapters/digester/digest-stream.ts',
    what: 'calls .write()',
    because: 'writes to the stream of a digest, not to the database',
  },
  {
    path: 'src/adapters/mailer/http.ts',
    what: 'calls .write()',
    because: 'writes to the stream of a request, not to the database',
  },
  {
    path: 'src/adapters/storage/body.ts',
    what: 'calls .write()',
    because: 'writes to the stream of a put, not to the database',
  },
  {
    path: 'src/app/graphql/endpoint.ts',
    what: 'calls .prepare()',
    because: 'prepares a GraphQL document, not a statement',
  },
]

/** Clocks, random sources, timers and compilers outside their adapters, in code and in SQL. */
export function callFindings(
  files: readonly SourceFile[],
  migrations: readonly SourceFile[],
): Finding[] {
  return [
    ...files.flatMap((file) => [...refusedCalls(file), ...clocksInTexts(file)]),
    ...migrations.flatMap(clocksInMigration),
  ]
}

/** Writes that do not go through `commit()`, and statements that do not go through the port. */
export function writeFindings(files: readonly SourceFile[]): Finding[] {
  return withoutExceptions(files.flatMap(refusedMethods), within(WRITE_EXCEPTIONS, files))
}

/** The exceptions of the files at hand, so that a part of them can be checked alone. */
function within(exceptions: readonly Exception[], files: readonly SourceFile[]): Exception[] {
  return exceptions.filter(({ path }) => files.some((file) => file.path === path))
}

function refusedMethods(file: SourceFile): Finding[] {
  const rules = DATABASE.filter(({ allowedIn }) => !allowedIn.test(file.path))
  const found: Finding[] = []
  visit(file, {
    CallExpression: ({ callee, start }) => {
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return
      const { name } = callee.property
      const rule = rules.find(({ names }) => names.includes(name))
      if (!rule) return
      found.push({ where: placeOf(file, start), what: `calls .${name}()`, fix: rule.fix })
    },
  })
  return found
}

function refusedCalls(file: SourceFile): Finding[] {
  const found: Finding[] = []
  const note = ({ start, end }: { readonly start: number; readonly end: number }): void => {
    const name = file.text.slice(start, end).replace(/^globalThis\./, '')
    const rule = CALLS.find(({ names }) => names.includes(name))
    if (!rule || rule.allowedIn.test(file.path)) return
    found.push({ where: placeOf(file, start), what: `calls ${name}`, fix: rule.fix })
  }
  const noteNamed = (callee: Expression): void => {
    if (callee.type === 'Identifier') note(callee)
  }
  visit(file, {
    // A member is refused wherever it is named: it could be handed on and called elsewhere.
    MemberExpression: (node) => {
      if (file.text.slice(node.start, node.end) !== 'globalThis.Date') note(node)
    },
    CallExpression: ({ callee }) => noteNamed(callee),
    NewExpression: ({ callee, arguments: given }) => {
      const isOfInstant = callee.type === 'Identifier' && callee.name === 'Date' && given.length > 0
      if (!isOfInstant) noteNamed(callee)
    },
  })
  return found
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
    TemplateElement: (node) => note(node.value.raw, node.start),
  })
  return found
}

function clocksInMigration(file: SourceFile): Finding[] {
  const text = file.text.replaceAll(/--.*$/gm, (comment) => ' '.repeat(comment.length))
  const clock = SQL_CLOCK.exec(text)
  if (!clock) return []
  return [{ where: placeOf(file, clock.index), what: `uses ${clock[0]} in SQL`, fix: SQL_FIX }]
}

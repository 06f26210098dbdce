import { type Exception, withoutExceptions } from './exceptions.ts'
import type { Finding } from './finding.ts'
import { type Place, destructuredAt, memberOf, nameOf, placesOf, takenBy } from './names.ts'
import { type SourceFile, placeOf } from './source.ts'

/** Methods with the only places that may name them. */
interface Rule {
  readonly names: readonly string[]
  readonly allowedIn: RegExp
  readonly fix: string
}

/** The names by which a database is known, so that methods with common names can be told. */
const DATABASE_NAME = /^(db|database|binding|d1|session)(_\w+)?$/i

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
    names: ['prepare', 'batch', 'withSession', 'exec'],
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

/** Names that values without a database have too: `RegExp.exec`. */
const COMMON = ['exec']

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
  const places = placesOf(file)
  const isDatabase = databasesIn(places)
  return places.flatMap((place) =>
    [...membersAt(place, isDatabase), ...takenAt(place, isDatabase)].flatMap((found) => {
      const { method, start, does } = found
      const rule = rules.find(({ names }) => method === UNKNOWN || names.includes(method))
      if (!rule) return []
      const what = does === 'calls' ? `calls .${method}()` : `${does} .${method}`
      return [{ where: placeOf(file, start), what, fix: rule.fix }]
    }),
  )
}

/** A method by a name that is made at run time. */
const UNKNOWN = '[…]'

type IsDatabase = (name: string | undefined) => boolean

interface Method {
  readonly method: string
  readonly start: number
  readonly does: 'calls' | 'names' | 'takes'
}

function membersAt({ node, parent, key }: Place, isDatabase: IsDatabase): Method[] {
  if (node.type !== 'MemberExpression') return []
  const method = memberOf(node) ?? UNKNOWN
  const isCalled = parent?.type === 'CallExpression' && key === 'callee'
  const isOfDatabase = isDatabase(nameOf(node.object))
  if ([...COMMON, UNKNOWN].includes(method) ? !isOfDatabase : !isCalled && !isOfDatabase) return []
  return [{ method, start: node.start, does: isCalled ? 'calls' : 'names' }]
}

/** Methods that a pattern takes out of a database. */
function takenAt(place: Place, isDatabase: IsDatabase): Method[] {
  const taken = destructuredAt(place)
  const owner = taken && nameOf(taken.source)
  if (!taken || owner === undefined) return []
  return takenBy(taken.pattern, owner).flatMap(({ name, start }) => {
    const does = 'takes'
    const [method = '', of] = name.split('.').toReversed()
    return isDatabase(of) ? [{ method, start, does }] : []
  })
}

/** Whether a name is of a database: by its last word, or as another name for one in the same file. */
function databasesIn(places: readonly Place[]): IsDatabase {
  const others = new Set<string>()
  const isDatabase: IsDatabase = (name) =>
    name !== undefined && (DATABASE_NAME.test(name.split('.').at(-1) ?? '') || others.has(name))
  for (const place of places) {
    const made = destructuredAt(place)
    if (!made || !isDatabase(nameOf(made.source))) continue
    if (made.pattern.type === 'Identifier') others.add(made.pattern.name)
  }
  return isDatabase
}

import type { Expression, TemplateLiteral } from 'oxc-parser'
import { type Exception, withoutExceptions } from './exceptions.ts'
import type { Finding } from './finding.ts'
import { type SourceFile, placeOf, visit } from './source.ts'

const STATEMENT =
  /^\s*(select\b[\s\S]*\b(from|where|as)\b|insert\s+(or\s+\w+\s+)?into\s|replace\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*\(|(create|drop|alter)\s+(table|index|unique|trigger|view|virtual)\b|pragma\s)/i

const REPO = /^src\/modules\/[a-z0-9-]+(\/[a-z0-9-]+)?\/repo\.ts$/

/** SQL that may stand elsewhere, and parts that SQL may be put together from. */
const EXCEPTIONS: readonly Exception[] = [
  {
    path: 'src/app/health.ts',
    what: 'holds SQL',
    because: 'readiness asks the database for a constant; it reads no table',
  },
  {
    path: 'src/modules/tenants/repo.ts',
    what: 'puts `conditions[key.kind]` into SQL',
    because: 'one of three constants, chosen by a closed union',
  },
  {
    path: 'src/modules/commit/repo.ts',
    what: 'puts `rule` into SQL',
    because: 'a column name of the closed union GuardRule',
  },
  {
    path: 'src/modules/commit/repo.ts',
    what: 'puts `condition.sql` into SQL',
    because: 'the text of a statement that a repo.ts has built; its values stay parameters',
  },
  {
    path: 'src/modules/media/waiting/repo.ts',
    what: 'puts `COLUMNS` into SQL',
    because: 'a constant of the same file',
  },
  {
    path: 'src/modules/auth/sessions/repo.ts',
    what: 'puts `ALIVE` into SQL',
    because: 'a constant of the same file',
  },
  ...[
    ['chain', 'HEAD'],
    ['entries', 'BEHIND'],
    ['entries', 'ENTRY'],
  ].map(([room = '', name = '']) => ({
    path: `src/modules/audit/${room}/repo.ts`,
    what: `puts \`${name}\` into SQL`,
    because: 'a constant of the same file',
  })),
]

/** SQL outside repo.ts, and SQL that is put together from anything but constants. */
export function sqlFindings(files: readonly SourceFile[]): Finding[] {
  return withoutExceptions(
    files.flatMap((file) => [...misplacedSql(file), ...assembledSql(file)]),
    EXCEPTIONS.filter(({ path }) => files.some((file) => file.path === path)),
  )
}

function misplacedSql(file: SourceFile): Finding[] {
  if (REPO.test(file.path)) return []
  const found: Finding[] = []
  const note = (text: string, offset: number): void => {
    if (!STATEMENT.test(text)) return
    const fix = 'Put it into the repo.ts of the module and export a function that binds values.'
    found.push({ where: placeOf(file, offset), what: 'holds SQL', fix })
  }
  visit(file, {
    Literal: (node) => {
      if (typeof node.value === 'string') note(node.value, node.start)
    },
    TemplateLiteral: (node) => note(textOf(node), node.start),
  })
  return found
}

/** Templates of SQL with parts in them; those of Drizzle's `sql` tag bind their parts. */
function assembledSql(file: SourceFile): Finding[] {
  const found: Finding[] = []
  const tagged = new Set<number>()
  const parts = (expressions: readonly Expression[]): void => {
    for (const { start, end } of expressions) {
      const what = `puts \`${file.text.slice(start, end)}\` into SQL`
      const fix = 'Bind it as a parameter; name a constant as an exception in scripts/check/sql.ts.'
      found.push({ where: placeOf(file, start), what, fix })
    }
  }
  visit(file, {
    TaggedTemplateExpression: (node) => {
      const { tag, quasi } = node
      tagged.add(quasi.start)
      const isRaw = file.text.slice(tag.start, tag.end) === 'sql.raw'
      if (isRaw) parts(quasi.expressions)
    },
    CallExpression: ({ callee, start }) => {
      if (file.text.slice(callee.start, callee.end) !== 'sql.raw') return
      const fix = 'Write the constant into the template of `sql`, or bind the value.'
      found.push({ where: placeOf(file, start), what: 'calls sql.raw', fix })
    },
    TemplateLiteral: (node) => {
      if (tagged.has(node.start) || !STATEMENT.test(textOf(node))) return
      parts(node.expressions)
    },
  })
  return found
}

/** The text of a template with a mark for each of its parts. */
function textOf({ quasis }: TemplateLiteral): string {
  return quasis.map((quasi) => quasi.value.cooked ?? quasi.value.raw).join('?')
}

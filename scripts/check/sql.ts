import type { Node, TemplateLiteral } from 'oxc-parser'
import { type Exception, withoutExceptions } from './exceptions.ts'
import type { Finding } from './finding.ts'
import { destructuredAt, memberOf, nameOf, placesOf, takenBy, unwrap } from './names.ts'
import { type SourceFile, placeOf } from './source.ts'

const COMMENTS = /^(\s|--.*(\n|$)|\/\*[\s\S]*?\*\/)*/

const STATEMENT = new RegExp(
  [
    String.raw`^select\b[\s\S]*\b(from|where|as)\b`,
    String.raw`^(insert\s+(or\s+\w+\s+)?into|replace\s+into|delete\s+from|pragma)\s`,
    String.raw`^update\s+(or\s+\w+\s+)?\S+\s+set\s`,
    String.raw`^with\s+(recursive\s+)?\w+\s*(\([^)]*\)\s*)?as\s+(not\s+materialized\s*|materialized\s*)?\(`,
    String.raw`^with\s+(recursive\s+)?\w+\s*(\([^)]*\)\s*)?as\(`,
    String.raw`^(create|drop|alter)\s+(table|index|unique|trigger|view|virtual)\b`,
  ].join('|'),
  'i',
)

/** A part of a statement, as repo.ts puts them together. Its keywords are written in capitals. */
const FRAGMENT =
  /\b(SELECT|FROM|WHERE|AND|OR|ORDER BY|GROUP BY|HAVING|LIMIT|OFFSET|SET|VALUES|JOIN|UNION|RETURNING|INTO|UPDATE|DELETE|CASE|COLLATE|LIKE|GLOB|BETWEEN|EXISTS)\b|\bIN \(/

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
    path: 'src/modules/audit/entries/repo.ts',
    what: 'puts `WAYS[way]` into SQL',
    because: 'one of the constants of a closed union',
  },
]

/** SQL outside repo.ts, and SQL that is put together from anything but constants. */
export function sqlFindings(files: readonly SourceFile[]): Finding[] {
  return withoutExceptions(
    files.flatMap((file) => [...misplacedSql(file), ...assembledSql(file)]),
    EXCEPTIONS.filter(({ path }) => files.some((file) => file.path === path)),
  )
}

function isStatement(text: string): boolean {
  return STATEMENT.test(text.replace(COMMENTS, ''))
}

/** A text of a file as it is written, with the parts that are put into it. */
interface Text {
  readonly node: Node
  /** With a mark for each part. */
  readonly text: string
  readonly parts: readonly Node[]
  /** What is called to make a value of it; Drizzle's `sql` binds the parts. */
  readonly tag: string | undefined
}

/** Every text of a file: literals, templates and sums of them; no text that is a part of a sum. */
function textsIn(file: SourceFile): Text[] {
  return placesOf(file).flatMap(({ node, parent, key }) => {
    if (parent?.type === 'BinaryExpression' && parent.operator === '+') return []
    const read = textOf(node)
    if (!read) return []
    const isTagged = parent?.type === 'TaggedTemplateExpression' && key === 'quasi'
    return [{ node, ...read, tag: isTagged ? (nameOf(parent.tag) ?? '') : undefined }]
  })
}

function textOf(given: Node): Pick<Text, 'text' | 'parts'> | undefined {
  const node = unwrap(given)
  if (node.type === 'Literal') {
    return typeof node.value === 'string' ? { text: node.value, parts: [] } : undefined
  }
  if (node.type === 'TemplateLiteral') {
    return { text: marked(node), parts: node.expressions }
  }
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined
  const sides = [node.left, node.right].map((side) => textOf(side) ?? { text: '?', parts: [side] })
  return {
    text: sides.map(({ text }) => text).join(''),
    parts: sides.flatMap(({ parts }) => parts),
  }
}

/** The text of a template with a mark for each of its parts. */
function marked({ quasis }: TemplateLiteral): string {
  return quasis.map((quasi) => quasi.value.cooked ?? quasi.value.raw).join('?')
}

function misplacedSql(file: SourceFile): Finding[] {
  if (REPO.test(file.path)) return []
  const fix = 'Put it into the repo.ts of the module and export a function that binds values.'
  return textsIn(file)
    .filter(({ text }) => isStatement(text))
    .map(({ node }) => ({ where: placeOf(file, node.start), what: 'holds SQL', fix }))
}

/** Texts of SQL with parts in them; those of Drizzle's `sql` tag bind their parts. */
function assembledSql(file: SourceFile): Finding[] {
  const fix = 'Bind it as a parameter; name a constant as an exception in scripts/check/sql.ts.'
  const constants = constantsOf(file)
  const tags = tagsOf(file)
  const isSql = (text: string): boolean =>
    isStatement(text) || (REPO.test(file.path) && FRAGMENT.test(text))
  const assembled = textsIn(file)
    .filter(({ text, tag }) => !tags.includes(tag ?? '') && isSql(text))
    .flatMap(({ parts }) => parts.filter((part) => !isConstant(part, constants)))
    .map(({ start, end }) => ({
      where: placeOf(file, start),
      what: `puts \`${file.text.slice(start, end)}\` into SQL`,
      fix,
    }))
  return [...assembled, ...rawSql(file, tags)]
}

/** The names by which a file knows Drizzle's `sql`. */
function tagsOf(file: SourceFile): string[] {
  const others = placesOf(file).flatMap(({ node }) => {
    if (node.type === 'ImportSpecifier') {
      return nameOf(node.imported) === 'sql' ? [node.local.name] : []
    }
    if (node.type !== 'VariableDeclarator' || node.id.type !== 'Identifier' || !node.init) return []
    return nameOf(node.init) === 'sql' ? [node.id.name] : []
  })
  return ['sql', ...others]
}

/** Text that Drizzle takes as it is, under whatever name. */
function rawSql(file: SourceFile, tags: readonly string[]): Finding[] {
  const fix = 'Write the constant into the template of `sql`, or bind the value.'
  const isTag = (name: string | undefined): boolean => tags.includes(name?.split('.').at(-1) ?? '')
  return placesOf(file).flatMap((place) => {
    const { node, parent, key } = place
    const taken = destructuredAt(place)
    if (taken && isTag(nameOf(taken.source))) {
      return takenBy(taken.pattern, 'sql')
        .filter(({ name }) => name === 'sql.raw')
        .map(({ start }) => ({ where: placeOf(file, start), what: 'takes sql.raw', fix }))
    }
    if (node.type !== 'MemberExpression' || memberOf(node) !== 'raw') return []
    if (!isTag(nameOf(node.object))) return []
    const isCalled = parent?.type === 'CallExpression' && key === 'callee'
    const what = isCalled ? 'calls sql.raw' : 'names sql.raw'
    return [{ where: placeOf(file, node.start), what, fix }]
  })
}

/** The names of a file's constants that are texts or numbers, or are made of such. */
function constantsOf(file: SourceFile): ReadonlySet<string> {
  const constants = new Set<string>()
  for (const { node, parent, key } of placesOf(file)) {
    const isTop = key === 'body' && parent?.type === 'Program'
    const isExported = parent?.type === 'ExportNamedDeclaration'
    if (node.type !== 'VariableDeclaration' || node.kind !== 'const') continue
    if (!isTop && !isExported) continue
    for (const { id, init } of node.declarations) {
      if (id.type === 'Identifier' && init && isConstant(init, constants)) constants.add(id.name)
    }
  }
  return constants
}

function isConstant(given: Node, constants: ReadonlySet<string>): boolean {
  const node = unwrap(given)
  if (node.type === 'Identifier') return constants.has(node.name)
  if (node.type === 'Literal') return true
  return textOf(node)?.parts.every((part) => isConstant(part, constants)) ?? false
}

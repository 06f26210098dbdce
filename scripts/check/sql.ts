import type { Node, TemplateLiteral } from 'oxc-parser'
import { type Exception, withoutExceptions } from './exceptions.ts'
import type { Finding } from './finding.ts'
import { type Place, destructuredAt, memberOf, nameOf, placesOf, takenBy, unwrap } from './names.ts'
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

/** How a part of a statement begins whose keywords are written in capitals. */
const BEGINNING =
  /^[\s?]*(SELECT|UPDATE|FROM|WHERE|AND|OR|SET|VALUES|LIMIT|HAVING|RETURNING|WITH|UNION|JOIN|(INSERT|REPLACE) INTO|DELETE FROM|(ORDER|GROUP) BY|(LEFT|INNER|CROSS) JOIN)\s+\S/

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
export interface Text {
  readonly node: Node
  /** With a mark for each part. */
  readonly text: string
  readonly parts: readonly Node[]
  /** What is called to make a value of it; Drizzle's `sql` binds the parts. */
  readonly tag: string | undefined
}

/** Every text of a file: literals, templates and what is put together of them; no text that is a part of one. */
export function textsIn(file: SourceFile): Text[] {
  const places = placesOf(file)
  const grown = grownTexts(places)
  const inner = new Set([...grown.values()].flat().map(unwrap))
  const texts: Text[] = [...grown].map(([node, pieces]) => ({
    node,
    ...summed(pieces),
    tag: undefined,
  }))
  for (const { node, parent, key } of places) {
    for (const piece of piecesOf(node)?.pieces ?? []) inner.add(unwrap(piece))
    const read = inner.has(node) ? undefined : textOf(node)
    if (!read) continue
    const isTagged = parent?.type === 'TaggedTemplateExpression' && key === 'quasi'
    texts.push({ node, ...read, tag: isTagged ? (nameOf(parent.tag) ?? '') : undefined })
  }
  return texts
}

/** What variables grow to by `+=`: all that is added to the name, by the first addition. */
function grownTexts(places: readonly Place[]): Map<Node, Node[]> {
  const byName = new Map<string, Node[]>()
  const grown = new Map<Node, Node[]>()
  for (const { node } of places) {
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.init) {
      byName.set(node.id.name, [node.init])
    }
    if (node.type !== 'AssignmentExpression' || node.operator !== '+=') continue
    const name = nameOf(node.left) ?? ''
    const pieces = byName.get(name) ?? [node.left]
    if (pieces.length === 1) grown.set(node, pieces)
    pieces.push(node.right)
    byName.set(name, pieces)
  }
  return grown
}

/** Methods by which texts are put together that are not known to be texts. */
const JOINS = new Set<string | undefined>(['concat', 'join'])

/** What an expression puts together: a sum, `concat` and `join`, and other methods of a text. */
function piecesOf(node: Node): { pieces: readonly Node[]; between: string } | undefined {
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    return { pieces: [node.left, node.right], between: '' }
  }
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined
  const [object, method] = [unwrap(node.callee.object), memberOf(node.callee)]
  if (method === 'join' && object.type === 'ArrayExpression') {
    const [separator] = node.arguments
    const between = separator ? (textOf(separator)?.text ?? '?') : ','
    return { pieces: object.elements.filter((element) => element !== null), between }
  }
  const pieces = [object, ...node.arguments]
  const isText = textOf(object) !== undefined || (JOINS.has(method) && pieces.some(textOf))
  return isText ? { pieces, between: '' } : undefined
}

function textOf(given: Node): Pick<Text, 'text' | 'parts'> | undefined {
  const node = unwrap(given)
  if (node.type === 'Literal') {
    return typeof node.value === 'string' ? { text: node.value, parts: [] } : undefined
  }
  if (node.type === 'TemplateLiteral') {
    return { text: marked(node), parts: node.expressions }
  }
  const made = piecesOf(node)
  return made && summed(made.pieces, made.between)
}

function summed(pieces: readonly Node[], between = ''): Pick<Text, 'text' | 'parts'> {
  const read = pieces.map((piece) => textOf(piece) ?? { text: '?', parts: [piece] })
  return {
    text: read.map(({ text }) => text).join(between),
    parts: read.flatMap(({ parts }) => parts),
  }
}

/** The text of a template with a mark for each of its parts. */
function marked({ quasis }: TemplateLiteral): string {
  return quasis.map((quasi) => quasi.value.cooked ?? quasi.value.raw).join('?')
}

function misplacedSql(file: SourceFile): Finding[] {
  if (REPO.test(file.path)) return []
  const fix = 'Put it into the repo.ts of the module and export a function that binds values.'
  // The conditions of indexes and checks in a tables.ts are parts of no statement.
  const isPart = ({ text, tag }: Text): boolean => tag !== 'sql' && BEGINNING.test(text)
  return textsIn(file)
    .filter((text) => isStatement(text.text) || isPart(text))
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

import { type MemberExpression, type Node, visitorKeys } from 'oxc-parser'
import { type SourceFile, parse } from './source.ts'

/** A place of a file that names a value: `fetch`, `crypto.randomUUID`. */
export interface Named {
  /** The dotted name, without the global object: `self.crypto['randomUUID']` is named the same. */
  readonly name: string
  readonly start: number
  readonly isCalled: boolean
  /** How many arguments `new` certainly gives it; a plain call is counted as giving none. */
  readonly given: number
  /** True when the file binds the first part of the name somewhere itself. */
  readonly isBound: boolean
}

/** A node with what is around it; parentheses, types and `?.` do not count. */
export interface Place {
  readonly node: Node
  readonly parent: Node | undefined
  /** Where the parent holds the node. */
  readonly key: string
}

/** The objects that have every global name. */
export const GLOBAL_OBJECTS = ['globalThis', 'self', 'window', 'global']
const ADAPTED = ['call', 'apply', 'bind']

/** Node types that wrap an expression and change nothing of what it names. */
const WRAPPERS = [
  'ParenthesizedExpression',
  'ChainExpression',
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
]

/** Where an identifier is a name of its own making and no reference, by type of the parent. */
const BINDINGS: Readonly<Record<string, readonly string[]>> = {
  VariableDeclarator: ['id'],
  FunctionDeclaration: ['id', 'params'],
  FunctionExpression: ['id', 'params'],
  ArrowFunctionExpression: ['params'],
  ClassDeclaration: ['id'],
  ClassExpression: ['id'],
  CatchClause: ['param'],
  ArrayPattern: ['elements'],
  RestElement: ['argument'],
  AssignmentPattern: ['left'],
  ImportSpecifier: ['local'],
  ImportDefaultSpecifier: ['local'],
  ImportNamespaceSpecifier: ['local'],
}

/** Where an identifier is a mere word: a key, a label. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  Property: ['key'],
  PropertyDefinition: ['key'],
  MethodDefinition: ['key'],
  AccessorProperty: ['key'],
  MemberExpression: ['property'],
  ImportSpecifier: ['imported'],
  ExportSpecifier: ['local', 'exported'],
  ExportAllDeclaration: ['exported'],
  LabeledStatement: ['label'],
  BreakStatement: ['label'],
  ContinueStatement: ['label'],
  MetaProperty: ['meta', 'property'],
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}

function childrenOf(node: Node): { readonly key: string; readonly child: Node }[] {
  const isType = node.type.startsWith('TS') && !WRAPPERS.includes(node.type)
  const keys = isType ? [] : (visitorKeys[node.type] ?? [])
  return keys.flatMap((key) => {
    const value: unknown = Reflect.get(node, key)
    const values: readonly unknown[] = Array.isArray(value) ? value : [value]
    return values.filter(isNode).map((child) => ({ key, child }))
  })
}

/** Every node of a file that is left at run time, outer ones first. */
export function placesOf(file: SourceFile): Place[] {
  const places: Place[] = []
  const enter = (place: Place): void => {
    const { node } = place
    const isWrapper = WRAPPERS.includes(node.type)
    if (!isWrapper) places.push(place)
    const last = node.type === 'SequenceExpression' ? node.expressions.at(-1) : undefined
    for (const { key, child } of childrenOf(node)) {
      const isSame = isWrapper || child === last
      enter(isSame ? { ...place, node: child } : { node: child, parent: node, key })
    }
  }
  enter({ node: parse(file), parent: undefined, key: '' })
  return places
}

/** The expression without what wraps it; of `(0, f)` it is `f`. */
export function unwrap(node: Node): Node {
  if (node.type === 'SequenceExpression') {
    const last = node.expressions.at(-1)
    return last ? unwrap(last) : node
  }
  if (!WRAPPERS.includes(node.type) || !('expression' in node)) return node
  return isNode(node.expression) ? unwrap(node.expression) : node
}

/** The text that an expression always has, without its parts. */
function textOf(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined
  if (node.type !== 'TemplateLiteral' || node.expressions.length > 0) return undefined
  return node.quasis[0]?.value.cooked ?? undefined
}

/** The key that a member or a property names, computed or not; undefined when nobody knows. */
export function keyOf({ key, computed }: { readonly key: Node; readonly computed: boolean }) {
  if (computed) return textOf(unwrap(key))
  return key.type === 'Identifier' ? key.name : textOf(key)
}

/** The key that a member expression reads. */
export function memberOf({ property, computed }: MemberExpression): string | undefined {
  return keyOf({ key: property, computed })
}

/** The dotted name of an expression; undefined for one that is made of more than names. */
export function nameOf(node: Node): string | undefined {
  const bare = unwrap(node)
  if (bare.type === 'Identifier') return bare.name
  if (bare.type !== 'MemberExpression') return undefined
  const [owner, key] = [nameOf(bare.object), memberOf(bare)]
  if (owner === undefined || key === undefined) return undefined
  return GLOBAL_OBJECTS.includes(owner) ? key : `${owner}.${key}`
}

/** The dotted names that a pattern takes out of a value of the given name. */
export function takenBy(pattern: Node, owner: string): { name: string; start: number }[] {
  if (pattern.type === 'AssignmentPattern') return takenBy(pattern.left, owner)
  if (pattern.type !== 'ObjectPattern') return []
  return pattern.properties.flatMap((property) => {
    if (property.type !== 'Property') return []
    const key = keyOf(property)
    if (key === undefined) return []
    const name = GLOBAL_OBJECTS.includes(owner) ? key : `${owner}.${key}`
    return [{ name, start: property.start }, ...takenBy(property.value, name)]
  })
}

/** What is destructured at a place: the pattern and the value that it takes from. */
export function destructuredAt({ node }: Place): { pattern: Node; source: Node } | undefined {
  if (node.type === 'VariableDeclarator' && node.init)
    return { pattern: node.id, source: node.init }
  if (node.type === 'AssignmentExpression' || node.type === 'AssignmentPattern') {
    return { pattern: node.left, source: node.right }
  }
  return undefined
}

/** Every place of a file that names a value, with the names that patterns take out of one. */
export function namesIn(file: SourceFile): Named[] {
  const places = placesOf(file)
  const patterns = new Set<Node>()
  for (const { node } of places) {
    if (node.type === 'ObjectPattern')
      for (const property of node.properties) patterns.add(property)
  }
  const isBinding = ({ parent, key }: Place): boolean =>
    parent !== undefined &&
    ((BINDINGS[parent.type]?.includes(key) ?? false) || (patterns.has(parent) && key === 'value'))
  const bound = new Set(
    places.flatMap((place) =>
      place.node.type === 'Identifier' && isBinding(place) ? [place.node.name] : [],
    ),
  )
  const isBound = (name: string): boolean => bound.has(name.replace(/\..*/, ''))
  const found: Named[] = []
  for (const place of places) {
    const named = isBinding(place) ? undefined : referenceAt(place)
    if (named) found.push({ ...named, isBound: isBound(named.name) })
    const taken = destructuredAt(place)
    const owner = taken && nameOf(taken.source)
    if (!taken || owner === undefined) continue
    for (const { name, start } of takenBy(taken.pattern, owner)) {
      found.push({ name, start, isCalled: false, given: 0, isBound: isBound(owner) })
    }
  }
  return found
}

function referenceAt(place: Place): Omit<Named, 'isBound'> | undefined {
  const { node, parent, key } = place
  if (node.type !== 'Identifier' && node.type !== 'MemberExpression') return undefined
  if (parent && isWord(parent, key)) return undefined
  const name = nameOf(node)
  if (name === undefined) return undefined
  const isCall = parent?.type === 'CallExpression' || parent?.type === 'NewExpression'
  const isNew = parent?.type === 'NewExpression' && key === 'callee'
  const given = isNew ? parent.arguments.filter(({ type }) => type !== 'SpreadElement').length : 0
  const isCalled = (isCall && key === 'callee') || isAdapted(parent, key)
  return isCalled || name.includes('.') || !isOnlyAsked(place)
    ? { name, start: node.start, isCalled, given }
    : undefined
}

function isWord(parent: Node, key: string): boolean {
  const isComputed = 'computed' in parent && parent.computed === true
  return !isComputed && (WORDS[parent.type]?.includes(key) ?? false)
}

/** Whether it is called by way of `call`, `apply` or `bind`. */
function isAdapted(parent: Node | undefined, key: string): boolean {
  if (parent?.type !== 'MemberExpression' || key !== 'object') return false
  return ADAPTED.includes(memberOf(parent) ?? '')
}

/** Whether a plain name is compared, or read from by keys that are known, so that it goes nowhere. */
function isOnlyAsked({ node, parent, key }: Place): boolean {
  if (!parent) return false
  const taken = destructuredAt({ node: parent, parent: undefined, key: '' })
  if (taken && unwrap(taken.source) === node && taken.pattern.type === 'ObjectPattern') {
    return taken.pattern.properties.every(
      (property) => property.type === 'Property' && keyOf(property) !== undefined,
    )
  }
  if (parent.type === 'MemberExpression') return key === 'object' && memberOf(parent) !== undefined
  return parent.type === 'BinaryExpression' || parent.type === 'UnaryExpression'
}

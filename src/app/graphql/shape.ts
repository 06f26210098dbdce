import {
  Kind,
  type DirectiveNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'
import { refuseLimit, type Refusal } from './errors.ts'
import type { GraphqlLimits } from './limits.ts'

/** The fragments of a document by name. */
export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** How large an operation is with every fragment written out; told without the schema. */
export interface OperationShape {
  readonly depth: number
  readonly introspectionDepth: number
  readonly fields: number
  readonly aliases: number
  readonly directives: number
  /** The longest list literal. */
  readonly inputItems: number
  /** Distinct names of root fields in the result, `__typename` apart. */
  readonly rootFields: number
  /** A root field is asked for under two names. */
  readonly repeatsRootField: boolean
}

interface Totals {
  depth: number
  introspectionDepth: number
  fields: number
  aliases: number
  directives: number
  inputItems: number
}

const noTotals = (): Totals => ({
  depth: 0,
  introspectionDepth: 0,
  fields: 0,
  aliases: 0,
  directives: 0,
  inputItems: 0,
})

/**
 * Measures operations of one document. A fragment is measured once however often it is spread, and
 * a cycle counts once (validation refuses it), so the work grows with the text and not with what
 * the text stands for.
 */
export function createShapeMeter(
  fragments: Fragments,
): (operation: OperationDefinitionNode) => OperationShape {
  const known = new Map<string, Totals>()

  const measureFragment = (name: string): Totals => {
    const earlier = known.get(name)
    if (earlier !== undefined) return earlier
    known.set(name, noTotals())
    const fragment = fragments.get(name)
    if (fragment === undefined) return noTotals()
    const totals = measureSet(fragment.selectionSet)
    addDirectives(totals, fragment.directives)
    known.set(name, totals)
    return totals
  }

  const measureSelection = (selection: SelectionNode): Totals => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const totals = { ...measureFragment(selection.name.value) }
      addDirectives(totals, selection.directives)
      return totals
    }
    const totals = selection.selectionSet ? measureSet(selection.selectionSet) : noTotals()
    addDirectives(totals, selection.directives)
    if (selection.kind === Kind.INLINE_FRAGMENT) return totals
    for (const argument of selection.arguments ?? []) addValue(totals, argument.value)
    totals.fields += 1
    if (selection.alias !== undefined) totals.aliases += 1
    nest(totals, selection.name.value)
    return totals
  }

  const measureSet = (set: SelectionSetNode): Totals => {
    const totals = noTotals()
    for (const selection of set.selections) add(totals, measureSelection(selection))
    return totals
  }

  return (operation) => {
    const totals = measureSet(operation.selectionSet)
    addDirectives(totals, operation.directives)
    for (const variable of operation.variableDefinitions ?? []) {
      addDirectives(totals, variable.directives)
      if (variable.defaultValue) addValue(totals, variable.defaultValue)
    }
    return { ...totals, ...measureRoot(operation.selectionSet, fragments) }
  }
}

/** Puts a field above what it selects. Introspection has a depth of its own. */
function nest(totals: Totals, field: string): void {
  if (field === '__schema' || field === '__type') {
    totals.introspectionDepth = 1 + Math.max(totals.depth, totals.introspectionDepth)
    totals.depth = 1
    return
  }
  totals.depth += 1
  if (totals.introspectionDepth > 0) totals.introspectionDepth += 1
}

function add(totals: Totals, more: Totals): void {
  totals.depth = Math.max(totals.depth, more.depth)
  totals.introspectionDepth = Math.max(totals.introspectionDepth, more.introspectionDepth)
  totals.fields += more.fields
  totals.aliases += more.aliases
  totals.directives += more.directives
  totals.inputItems = Math.max(totals.inputItems, more.inputItems)
}

function addDirectives(totals: Totals, directives: readonly DirectiveNode[] | undefined): void {
  for (const directive of directives ?? []) {
    totals.directives += 1
    for (const argument of directive.arguments ?? []) addValue(totals, argument.value)
  }
}

function addValue(totals: Totals, value: ValueNode): void {
  if (value.kind === Kind.LIST) {
    totals.inputItems = Math.max(totals.inputItems, value.values.length)
    for (const element of value.values) addValue(totals, element)
  } else if (value.kind === Kind.OBJECT) {
    for (const field of value.fields) addValue(totals, field.value)
  }
}

function measureRoot(
  root: SelectionSetNode,
  fragments: Fragments,
): Pick<OperationShape, 'rootFields' | 'repeatsRootField'> {
  const fieldByKey = new Map<string, string>()
  const seen = new Set<string>()
  const collect = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value
        if (name !== '__typename') fieldByKey.set(selection.alias?.value ?? name, name)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet)
      } else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value)
        const fragment = fragments.get(selection.name.value)
        if (fragment !== undefined) collect(fragment.selectionSet)
      }
    }
  }
  collect(root)
  const distinct = new Set(fieldByKey.values())
  return { rootFields: fieldByKey.size, repeatsRootField: distinct.size < fieldByKey.size }
}

/** Refuses an operation of a shape beyond the limits; the first limit in this order is named. */
export function refuseShape(
  operation: OperationDefinitionNode,
  shape: OperationShape,
  max: GraphqlLimits,
): Refusal | undefined {
  const root = operation.operation === 'mutation' ? 'rootMutations' : 'rootQueries'
  const checks = [
    ['fields', shape.fields, max.fields, 'fields'],
    ['depth', shape.depth, max.depth, 'levels of fields'],
    [
      'introspectionDepth',
      shape.introspectionDepth,
      max.introspectionDepth,
      'levels of introspection',
    ],
    ['aliases', shape.aliases, max.aliases, 'aliases'],
    ['directives', shape.directives, max.directives, 'directives'],
    [root, shape.rootFields, max[root], 'root fields'],
    ['inputItems', shape.inputItems, max.inputItems, 'elements of a list'],
  ] as const
  for (const [limit, actual, most, unit] of checks) {
    if (actual > most) {
      return refuseLimit(
        limit,
        most,
        `The operation has ${actual} ${unit}; at most ${most} are allowed.`,
      )
    }
  }
  return undefined
}

import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isInterfaceType,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'
import { refuseLimit, type Refusal } from './errors.ts'
import type { GraphqlLimits } from './limits.ts'
import type { Fragments } from './shape.ts'

/** What a field may say of itself in `extensions.cost`. */
export interface FieldCost {
  /** Cost of one call of the resolver. Without it 1 for an object or list of objects, 0 for a leaf. */
  readonly weight?: number
  /** Length to assume of a list that takes no paging argument. */
  readonly listSize?: number
}

/** The values that a client sent for the variables, before coercion. */
export type RawVariables = Readonly<Record<string, unknown>>

/** The cost of one operation, computed from its variables where a page size is one of them. */
export interface CostPlan {
  readonly cost: number | ((variables: RawVariables) => number)
  /** Variables that are page sizes, by name. */
  readonly pageVariables: readonly string[]
  /** The largest page size that the document itself asks for. */
  readonly largestPage: number
}

type Cost = CostPlan['cost']
type Size = Cost

const pagingArguments = ['first', 'last', 'limit']
const introspectionCost = 10

/** What the walk over one operation reads and finds. */
interface Walk {
  readonly schema: GraphQLSchema
  readonly fragments: Fragments
  readonly limits: GraphqlLimits
  /** Defaults of the operation's variables, where they are integers. */
  readonly presets: ReadonlyMap<string, number>
  readonly pageVariables: Set<string>
  largestPage: number
}

/**
 * Plans the cost of an operation that has passed validation. An object costs 1 and a leaf nothing,
 * unless its field says a weight; a list costs its length times one plus what an element selects. The
 * length is the paging argument (`first`, `last`, `limit`) of the list field, or of its parent when
 * that returns a page object, else `listSize`. `@skip` and `@include` count as if the field were there.
 */
export function planCost(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  limits: GraphqlLimits,
): CostPlan {
  const presets = new Map<string, number>()
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (defaultValue?.kind === Kind.INT) {
      presets.set(variable.name.value, Math.max(0, Number(defaultValue.value)))
    }
  }
  const pageVariables = new Set<string>()
  const walk: Walk = { schema, fragments, limits, presets, pageVariables, largestPage: 0 }
  const root = schema.getRootType(operation.operation)
  const cost = root ? costOfSet(walk, root, operation.selectionSet) : 0
  return { cost, pageVariables: [...pageVariables], largestPage: walk.largestPage }
}

function costOfSet(
  walk: Walk,
  parent: GraphQLNamedType,
  set: SelectionSetNode,
  inherited?: Size,
): Cost {
  let cost: Cost = 0
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      cost = sum(cost, costOfField(walk, parent, selection, inherited))
      continue
    }
    const source =
      selection.kind === Kind.FRAGMENT_SPREAD ? walk.fragments.get(selection.name.value) : selection
    if (source === undefined) continue
    const condition = source.typeCondition?.name.value
    const type = condition === undefined ? parent : (walk.schema.getType(condition) ?? parent)
    cost = sum(cost, costOfSet(walk, type, source.selectionSet, inherited))
  }
  return cost
}

function costOfField(
  walk: Walk,
  parent: GraphQLNamedType,
  node: FieldNode,
  inherited?: Size,
): Cost {
  const name = node.name.value
  if (name === '__schema' || name === '__type') return introspectionCost
  const field = fieldOf(parent, name)
  if (field === undefined) return 0
  const own = readFieldCost(field)
  const type = getNamedType(field.type)
  const weight = own.weight ?? (isCompositeType(type) ? 1 : 0)
  const page = pageOf(walk, field, node)
  const isList = isListType(getNullableType(field.type))
  const children = node.selectionSet
    ? costOfSet(walk, type, node.selectionSet, isList ? undefined : page)
    : 0
  const cost = sum(weight, children)
  return isList ? product(page ?? own.listSize ?? inherited ?? walk.limits.listSize, cost) : cost
}

/** The cost of an operation with these variables. */
export function costOf(plan: CostPlan, variables: RawVariables): number {
  return typeof plan.cost === 'number' ? plan.cost : plan.cost(variables)
}

/** Refuses page sizes and a cost beyond the limits. */
export function refuseCost(
  plan: CostPlan,
  variables: RawVariables,
  limits: GraphqlLimits,
): Refusal | undefined {
  const most = limits.page.max
  const isTooLarge = (name: string): boolean => Number(variables[name]) > most
  if (plan.largestPage > most || plan.pageVariables.some(isTooLarge)) {
    return refuseLimit('page', most, `A page has at most ${most} items.`)
  }
  const cost = costOf(plan, variables)
  if (cost <= limits.cost) return undefined
  return refuseLimit(
    'cost',
    limits.cost,
    `The operation costs ${cost}; at most ${limits.cost} is allowed. Ask for smaller pages.`,
  )
}

function fieldOf(
  parent: GraphQLNamedType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined
}

function readFieldCost(field: GraphQLField<unknown, unknown>): FieldCost {
  const cost: unknown = field.extensions['cost']
  if (typeof cost !== 'object' || cost === null) return {}
  const weight = 'weight' in cost && typeof cost.weight === 'number' ? { weight: cost.weight } : {}
  const listSize =
    'listSize' in cost && typeof cost.listSize === 'number' ? { listSize: cost.listSize } : {}
  return { ...weight, ...listSize }
}

/** The page size of a field that takes one; the larger of two. */
function pageOf(
  walk: Walk,
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
): Size | undefined {
  let given: Size | undefined
  let absent: number | undefined
  for (const { name, defaultValue } of field.args) {
    if (!pagingArguments.includes(name)) continue
    const preset = typeof defaultValue === 'number' ? defaultValue : walk.limits.page.default
    const argument = node.arguments?.find((candidate) => candidate.name.value === name)
    if (argument === undefined) absent = Math.max(absent ?? 0, preset)
    else given = larger(given, sizeOf(walk, argument.value, preset))
  }
  return given ?? absent
}

function sizeOf(walk: Walk, value: ValueNode, absent: number): Size {
  const { max } = walk.limits.page
  if (value.kind === Kind.NULL) return absent
  if (value.kind === Kind.INT) {
    const size = Math.max(0, Number(value.value))
    walk.largestPage = Math.max(walk.largestPage, size)
    return size
  }
  if (value.kind !== Kind.VARIABLE) return max
  const name = value.name.value
  const preset = walk.presets.get(name)
  walk.pageVariables.add(name)
  walk.largestPage = Math.max(walk.largestPage, preset ?? 0)
  return (variables) => {
    const given = Object.hasOwn(variables, name) ? variables[name] : (preset ?? null)
    if (given === null) return absent
    return typeof given === 'number' ? Math.max(0, given) : max
  }
}

function larger(left: Size | undefined, right: Size): Size {
  if (left === undefined) return right
  if (typeof left === 'number' && typeof right === 'number') return Math.max(left, right)
  return (variables) => Math.max(evaluate(left, variables), evaluate(right, variables))
}

function sum(left: Cost, right: Cost): Cost {
  if (typeof left === 'number' && typeof right === 'number') return left + right
  return (variables) => evaluate(left, variables) + evaluate(right, variables)
}

function product(size: Size, cost: Cost): Cost {
  if (typeof size === 'number' && typeof cost === 'number') return size * cost
  return (variables) => evaluate(size, variables) * evaluate(cost, variables)
}

function evaluate(value: Cost, variables: RawVariables): number {
  return typeof value === 'number' ? value : value(variables)
}

import {
  GraphQLError,
  Kind,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { planCost, type CostPlan } from './cost.ts'
import {
  graphqlErrors,
  isRefusal,
  refuseLimit,
  refuseRequest,
  refuseWith,
  type Refusal,
} from './errors.ts'
import { findLexicalExcess } from './lexical.ts'
import type { GraphqlLimits } from './limits.ts'
import { createLru } from './lru.ts'
import { createShapeMeter, refuseShape } from './shape.ts'

/** An operation of a document that has passed validation and every limit of its shape. */
export interface PreparedOperation {
  readonly type: OperationDefinitionNode['operation']
  readonly name: string | undefined
  /** False for subscriptions, and for a kind that the schema has no root of. */
  readonly isSupported: boolean
  readonly isIntrospection: boolean
  readonly repeatsRootField: boolean
  readonly cost: CostPlan
}

/** A document ready to be executed any number of times. */
export interface PreparedDocument {
  readonly ast: DocumentNode
  readonly operations: readonly PreparedOperation[]
}

/** Prepared documents by their text. */
export interface Documents {
  /** The document from the cache, else parsed and validated. */
  prepare(text: string): PreparedDocument | Refusal
}

/** What a document cost the cache. */
export type DocumentOutcome = 'cached' | 'parsed' | 'refused'

/** Bytes of heap that one token of a syntax tree takes, its location included; an estimate. */
const bytesPerToken = 350

/** Errors of one document that are told. Fewer than what a scan for amplification looks for. */
const validationErrors = 5

/**
 * Prepares documents and keeps those that pass, bounded by number and by estimated bytes. What is
 * refused is not kept: a stream of faulty documents would push out the good ones, and the limits
 * bound what refusing one costs.
 */
export function createDocuments(
  schema: () => GraphQLSchema,
  limits: GraphqlLimits,
  bounds: { entries: number; bytes: number },
  observe: (outcome: DocumentOutcome) => void,
): Documents {
  const cache = createLru<PreparedDocument>(bounds)
  return {
    prepare(text) {
      const cached = cache.get(text)
      if (cached !== undefined) {
        observe('cached')
        return cached
      }
      const prepared = prepareDocument(schema(), limits, text)
      if (isRefusal(prepared)) {
        observe('refused')
        return prepared
      }
      observe('parsed')
      const tokens = prepared.ast.tokenCount ?? limits.tokens
      cache.set(text, prepared, tokens * bytesPerToken + text.length * 2)
      return prepared
    },
  }
}

function prepareDocument(
  schema: GraphQLSchema,
  limits: GraphqlLimits,
  text: string,
): PreparedDocument | Refusal {
  const excess = findLexicalExcess(text, limits)
  if (excess !== undefined) {
    const unit = excess === 'tokens' ? 'tokens' : 'levels of brackets'
    const message = `The document has more than ${limits[excess]} ${unit}.`
    return refuseLimit(excess, limits[excess], message)
  }
  const ast = parseDocument(text, limits.tokens)
  if (isRefusal(ast)) return ast
  const { operations, fragments } = sortDefinitions(ast)
  const measure = createShapeMeter(fragments)
  const shapes = operations.map((operation) => ({ operation, shape: measure(operation) }))
  for (const { operation, shape } of shapes) {
    const refusal = refuseShape(operation, shape, limits)
    if (refusal !== undefined) return refusal
  }
  const [first, ...rest] = validate(schema, ast, specifiedRules, {
    maxErrors: validationErrors,
    hideSuggestions: true,
  })
  if (first !== undefined) return refuseWith(graphqlErrors.validationFailed, [first, ...rest])
  return {
    ast,
    operations: shapes.map(({ operation, shape }) => ({
      type: operation.operation,
      name: operation.name?.value,
      isSupported:
        operation.operation !== 'subscription' && Boolean(schema.getRootType(operation.operation)),
      isIntrospection: shape.introspectionDepth > 0,
      repeatsRootField: shape.repeatsRootField,
      cost: planCost(schema, operation, fragments, limits),
    })),
  }
}

function parseDocument(text: string, maxTokens: number): DocumentNode | Refusal {
  try {
    return parse(text, { maxTokens })
  } catch (error) {
    const { parseFailed } = graphqlErrors
    if (error instanceof GraphQLError) return refuseWith(parseFailed, [error])
    return refuseRequest(parseFailed, 'The document cannot be parsed.')
  }
}

function sortDefinitions(ast: DocumentNode): {
  operations: OperationDefinitionNode[]
  fragments: Map<string, FragmentDefinitionNode>
} {
  const operations: OperationDefinitionNode[] = []
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of ast.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition)
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition)
  }
  return { operations, fragments }
}

/** Picks the operation to run (GraphQL specification, `GetOperation`). */
export function selectOperation(
  document: PreparedDocument,
  name: string | undefined,
): PreparedOperation | Refusal {
  const { operations } = document
  const { operationUnknown, operationUnsupported } = graphqlErrors
  const operation =
    name === undefined ? operations[0] : operations.find((candidate) => candidate.name === name)
  if (name === undefined && operations.length > 1) {
    return refuseRequest(operationUnknown, 'The document has several operations: name one.')
  }
  if (operation === undefined) {
    return refuseRequest(operationUnknown, 'The document has no operation of that name.')
  }
  if (!operation.isSupported) {
    return refuseRequest(operationUnsupported, `A ${operation.type} is not supported.`)
  }
  return operation
}

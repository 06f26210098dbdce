import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import { defineErrors, type ErrorDefinition } from '../../kernel/errors.ts'

/** Why a GraphQL request is refused before anything runs. */
export const graphqlErrors = defineErrors('graphql', {
  parseFailed: [400, 'The document is not GraphQL'],
  validationFailed: [400, 'The document does not fit the schema'],
  variablesInvalid: [400, 'The variables do not fit the operation'],
  operationUnknown: [400, 'The document has no such operation'],
  operationUnsupported: [400, 'The kind of operation is not supported'],
  introspectionDisabled: [400, 'Introspection is not available to the caller'],
  limitExceeded: [400, 'The document asks for too much'],
  preflightRequired: [400, 'The request could come from a foreign site'],
  documentRequired: [400, 'Only trusted documents are executed'],
  documentUnknown: [400, 'The document identifier is not known'],
  documentMismatch: [400, 'The document does not have that identifier'],
})

/** What clients of automatic persisted queries are told; titles and GraphQL codes are Apollo's. */
export const persistedQueryErrors = defineErrors('', {
  persistedQueryNotFound: [400, 'PersistedQueryNotFound'],
  persistedQueryNotSupported: [400, 'PersistedQueryNotSupported'],
})

/** The first asks the client to send the document with its hash, the second to send no hashes. */
export const { persistedQueryNotFound, persistedQueryNotSupported } = persistedQueryErrors

/** A symbol, because refusals travel beside values that a client has sent as JSON. */
const refusal = Symbol('refusal')

/** A request that is answered without being executed. */
export interface Refusal {
  readonly kind: typeof refusal
  readonly definition: ErrorDefinition
  /**
   * True for a GraphQL request error of a well-formed request, which `application/json` answers
   * with 200 (GraphQL over HTTP, "application/json"); false answers the definition's status.
   */
  readonly isRequestError: boolean
  readonly errors: readonly [GraphQLFormattedError, ...GraphQLFormattedError[]]
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * The `extensions.code` of an error: the catalogue's code as GraphQL clients write codes. So
 * `graphql.parse_failed` is `GRAPHQL_PARSE_FAILED`, the name that Apollo's clients know.
 */
export function graphqlCode(definition: ErrorDefinition): string {
  return definition.code.toUpperCase().replaceAll('.', '_')
}

/** Tells a refusal from what the same function returns otherwise. */
export function isRefusal(value: object): value is Refusal {
  return 'kind' in value && value.kind === refusal
}

/** Refuses what is not a well-formed GraphQL-over-HTTP request. */
export function refuseHttp(
  definition: ErrorDefinition,
  message: string,
  headers?: Readonly<Record<string, string>>,
): Refusal {
  const errors = [{ message, extensions: { code: graphqlCode(definition) } }] as const
  return headers === undefined
    ? { kind: refusal, definition, isRequestError: false, errors }
    : { kind: refusal, definition, isRequestError: false, errors, headers }
}

/** Refuses a well-formed request with one GraphQL request error. */
export function refuseRequest(definition: ErrorDefinition, message: string): Refusal {
  const errors = [{ message, extensions: { code: graphqlCode(definition) } }] as const
  return { kind: refusal, definition, isRequestError: true, errors }
}

/** Refuses a well-formed request with the errors that graphql-js found, of which it has one or more. */
export function refuseWith(
  definition: ErrorDefinition,
  found: readonly [GraphQLError, ...GraphQLError[]],
): Refusal {
  const format = (error: GraphQLError): GraphQLFormattedError => ({
    message: error.message,
    ...(error.locations === undefined ? {} : { locations: error.locations }),
    extensions: { code: graphqlCode(definition) },
  })
  const [first, ...rest] = found
  const errors = [format(first), ...rest.map(format)] as const
  return { kind: refusal, definition, isRequestError: true, errors }
}

/**
 * Refuses a document beyond a limit. It answers 400 with every media type: the refusal protects the
 * server and says nothing about the schema.
 */
export function refuseLimit(limit: string, max: number, message: string): Refusal {
  const definition = graphqlErrors.limitExceeded
  const errors = [{ message, extensions: { code: graphqlCode(definition), limit, max } }] as const
  return { kind: refusal, definition, isRequestError: false, errors }
}

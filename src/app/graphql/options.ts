import type { GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql'
import type { DocumentOutcome } from './documents.ts'
import type { Refusal } from './errors.ts'
import type { GraphqlLimits } from './limits.ts'
import type { PersistedDocumentStore, PersistedOutcome, TrustedDocuments } from './persisted.ts'

/** What an endpoint tells those who count. */
export type GraphqlEvent =
  | { readonly kind: 'document'; readonly outcome: DocumentOutcome }
  | { readonly kind: 'persisted'; readonly outcome: PersistedOutcome }
  | { readonly kind: 'refused'; readonly code: string }
  | {
      readonly kind: 'executed'
      readonly type: string
      readonly name: string | undefined
      readonly cost: number
      readonly errors: number
    }

/** How an endpoint is made. */
export interface GraphqlEndpointOptions<Context extends object> {
  /** Builds the schema at the first request that needs it; called once. The schema is changed. */
  readonly schema: () => GraphQLSchema
  /**
   * What a client is told of an error of the execution. `originalError` is what a resolver threw.
   * Anything but message, locations, path and extensions is dropped from the answer.
   */
  readonly maskError: (error: GraphQLError, context: Context) => GraphQLFormattedError
  readonly limits: GraphqlLimits
  /** Whether the caller may read the schema. */
  readonly introspection: (context: Context) => boolean
  readonly trustedDocuments?: TrustedDocuments
  /** Without it automatic persisted queries are off. */
  readonly apq?: PersistedDocumentStore
  /** Bounds of the cache of prepared documents, per isolate. */
  readonly cache?: { readonly entries: number; readonly bytes: number }
  /** Headers of every answer. */
  readonly headers?: Readonly<Record<string, string>>
  /** Headers that let a GET through because a browser sends them only after a CORS preflight. */
  readonly preflightHeaders?: readonly string[]
  /** Answers a request that is not GraphQL over HTTP at all; without it as GraphQL errors. */
  readonly refuse?: (refusal: Refusal, request: Request) => Response
  /** Asked after an execution: a context to execute once more with, or undefined to answer. */
  readonly retry?: (context: Context) => Promise<Context | undefined>
  readonly observe?: (event: GraphqlEvent) => void
}

/** A GraphQL endpoint (GraphQL over HTTP, draft of 2025; queries and mutations). */
export interface GraphqlEndpoint<Context extends object> {
  /** Answers a request, HEAD without a body. Errors of resolvers are told in the answer, never thrown. */
  readonly handle: (request: Request, context: Context) => Promise<Response>
}

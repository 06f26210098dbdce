import SchemaBuilder from '@pothos/core'
import type { RequestContext } from '../kernel/context.ts'
import type { Deps } from './deps.ts'

/** The ports and the context of a call. */
export interface GraphqlCall {
  readonly deps: Deps
  readonly ctx: RequestContext
}

/** What every resolver is given. */
export interface GraphqlContext extends GraphqlCall {
  /** The call on the tenant as the request's mutations have left it. */
  readonly renew: () => Promise<GraphqlCall>
}

/** Shared types of the schema. */
interface SchemaTypes {
  Context: GraphqlContext
  DefaultFieldNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: string; Output: string }
  }
}

/** An empty schema builder with the scalars that all modules share. */
export function createGraphqlBuilder() {
  const builder = new SchemaBuilder<SchemaTypes>({ defaultFieldNullability: false })
  builder.queryType({})
  builder.mutationType({})
  builder.scalarType('DateTime', {
    description: 'An RFC 3339 instant in UTC.',
    serialize: (value) => value,
  })
  return builder
}

/** The builder that a module's `graphql.ts` adds its types and fields to. */
export type GraphqlBuilder = ReturnType<typeof createGraphqlBuilder>

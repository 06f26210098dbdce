import type { GraphqlBuilder } from '../../ports/graphql.ts'
import { deliveriesGraphql } from './deliveries/graphql.ts'
import { endpointsGraphql } from './endpoints/graphql.ts'
import { sourcesGraphql } from './inbound/graphql.ts'

/** Adds endpoints, deliveries and sources to the schema. */
export function webhooksGraphql(builder: GraphqlBuilder): void {
  endpointsGraphql(builder)
  deliveriesGraphql(builder)
  sourcesGraphql(builder)
}

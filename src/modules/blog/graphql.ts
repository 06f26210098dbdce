import type { GraphqlBuilder } from '../../ports/graphql.ts'
import { authorGraphql } from './authors/graphql.ts'
import { listingGraphql } from './listing/graphql.ts'
import { postGraphql } from './posts/graphql.ts'
import { taxonomyGraphql } from './taxonomy/graphql.ts'

/** Adds the blog to the schema. */
export function blogGraphql(builder: GraphqlBuilder): void {
  authorGraphql(builder)
  taxonomyGraphql(builder)
  listingGraphql(builder, postGraphql(builder))
}

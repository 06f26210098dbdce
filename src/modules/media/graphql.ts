import type { GraphqlBuilder } from '../../ports/graphql.ts'
import { assetsGraphql } from './assets/graphql.ts'
import { foldersGraphql } from './folders/graphql.ts'
import { servingGraphql } from './serving/graphql.ts'

/** Adds the library to the schema. Bytes travel over REST. */
export function mediaGraphql(builder: GraphqlBuilder): void {
  assetsGraphql(builder)
  foldersGraphql(builder)
  servingGraphql(builder)
}

import type { GraphqlBuilder } from '../../ports/graphql.ts'
import { assetsGraphql } from './assets/graphql.ts'
import { bulkGraphql } from './bulk/graphql.ts'
import { directGraphql } from './direct/graphql.ts'
import { foldersGraphql } from './folders/graphql.ts'
import { referencesGraphql } from './references/graphql.ts'
import { servingGraphql } from './serving/graphql.ts'

/** Adds the library to the schema. Bytes travel over REST. */
export function mediaGraphql(builder: GraphqlBuilder): void {
  const types = assetsGraphql(builder, referencesGraphql(builder))
  directGraphql(builder, types)
  bulkGraphql(builder, types)
  foldersGraphql(builder)
  servingGraphql(builder)
}

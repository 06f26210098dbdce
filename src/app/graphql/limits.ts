import { limits } from '../../kernel/limits.ts'

/** Bounds of one GraphQL request. Each is inclusive: the value passes, one more is refused. */
export interface GraphqlLimits {
  /** Bytes of a POST body; characters of a GET address. */
  readonly bodyBytes: number
  /** Open brackets at any point of the document, or of the JSON around it. */
  readonly bracketDepth: number
  /** Lexical tokens of the document. */
  readonly tokens: number
  /** Fields from the root to the deepest leaf, introspection apart. */
  readonly depth: number
  /** Fields from the root to the deepest leaf of introspection. GraphiQL's own query needs 15. */
  readonly introspectionDepth: number
  /** Fields of an operation with every fragment written out. */
  readonly fields: number
  /** Aliases of an operation with every fragment written out. */
  readonly aliases: number
  /** Directives of an operation with every fragment written out. */
  readonly directives: number
  /** Root fields of a query by distinct name in the result. */
  readonly rootQueries: number
  /** Root fields of a mutation by distinct name in the result. */
  readonly rootMutations: number
  /** Elements of any list given as a literal or in the variables. */
  readonly inputItems: number
  /** Objects that the operation may make the server load, by `costOf`. */
  readonly cost: number
  /** `first`, `last` and `limit`: taken when absent, and the most that may be asked for. */
  readonly page: { readonly default: number; readonly max: number }
  /** Length assumed of a list that takes no paging argument. */
  readonly listSize: number
  /** Characters of all strings of an answer's data. */
  readonly text: number
}

/** The bounds of the platform. */
export const graphqlLimits: GraphqlLimits = {
  introspectionDepth: 15,
  fields: 400,
  rootQueries: 20,
  inputItems: 100,
  listSize: 5,
  text: 8_388_608,
  ...limits.graphql,
  page: limits.page,
}

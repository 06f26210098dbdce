import {
  defaultFieldResolver,
  print,
  type FieldNode,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql'

type Outcome = { readonly value: unknown } | { readonly thrown: unknown }

const wrapped = new WeakSet<GraphQLSchema>()
const outcomesOf = new WeakMap<object, Map<string, Outcome>>()

/**
 * Lets one call of a resolver serve every alias of a root query field with the same arguments, so
 * that aliases do not multiply work. Takes effect in requests that `shareRootFields` has marked.
 * A variable is the same argument as itself and not as a literal of its value. Resolvers must not
 * look at the selection. Changes the schema in place, once.
 */
export function wrapRootFields(schema: GraphQLSchema): void {
  if (wrapped.has(schema)) return
  wrapped.add(schema)
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    field.resolve = shared(field.resolve ?? defaultFieldResolver)
  }
}

/** Marks the request of this context as one that asks for a root field more than once. */
export function shareRootFields(context: object): void {
  outcomesOf.set(context, new Map())
}

function shared(
  resolve: GraphQLFieldResolver<unknown, object>,
): GraphQLFieldResolver<unknown, object> {
  return (source, args: Readonly<Record<string, unknown>>, context, info) => {
    const outcomes = outcomesOf.get(context)
    const node = info.fieldNodes[0]
    if (outcomes === undefined || node === undefined) return resolve(source, args, context, info)
    const key = keyOf(node)
    const earlier = outcomes.get(key)
    const outcome = earlier ?? settle(() => resolve(source, args, context, info))
    if (earlier === undefined) outcomes.set(key, outcome)
    if ('thrown' in outcome) throw outcome.thrown
    return outcome.value
  }
}

function settle(call: () => unknown): Outcome {
  try {
    return { value: call() }
  } catch (thrown) {
    return { thrown }
  }
}

function keyOf(node: FieldNode): string {
  const texts = (node.arguments ?? []).map(print).toSorted()
  return `${node.name.value}(${texts.join()})`
}

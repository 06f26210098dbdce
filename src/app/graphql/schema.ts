import {
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  defaultFieldResolver,
} from 'graphql'
import { AppError, errors } from '../../kernel/errors.ts'
import { ReplayedResult } from '../../modules/commit/index.ts'
import {
  type GraphqlBuilder,
  type GraphqlContext,
  createGraphqlBuilder,
} from '../../ports/graphql.ts'
import { modules } from '../modules.ts'

type Resolver = GraphQLFieldResolver<unknown, GraphqlContext>

/** Builds the schema from every module's fields; root fields carry the module gate and the idempotency rule. */
export function buildSchema(): GraphQLSchema {
  const builder = createGraphqlBuilder()
  const owners = new Map<string, string>()
  for (const module of modules) module.graphql?.(noteOwner(builder, module.slug, owners))
  const schema = builder.toSchema()
  wrapFields(schema.getQueryType(), owners, (resolve) => resolve)
  wrapFields(schema.getMutationType(), owners, onceByKey)
  return schema
}

/** The builder as one module sees it: it notes which root fields the module adds. */
function noteOwner(
  builder: GraphqlBuilder,
  module: string,
  owners: Map<string, string>,
): GraphqlBuilder {
  const note =
    <Arguments extends unknown[], Fields extends object>(define: (...args: Arguments) => Fields) =>
    (...args: Arguments): Fields => {
      const fields = define(...args)
      for (const name of Object.keys(fields)) owners.set(name, module)
      return fields
    }
  return new Proxy(builder, {
    get(target, property, receiver) {
      if (property === 'queryFields')
        return (define: Parameters<GraphqlBuilder['queryFields']>[0]) =>
          target.queryFields(note(define))
      if (property === 'mutationFields')
        return (define: Parameters<GraphqlBuilder['mutationFields']>[0]) =>
          target.mutationFields(note(define))
      return Reflect.get(target, property, receiver)
    },
  })
}

function wrapFields(
  type: GraphQLObjectType | null | undefined,
  owners: ReadonlyMap<string, string>,
  wrap: (resolve: Resolver) => Resolver,
): void {
  for (const [name, field] of Object.entries(type?.getFields() ?? {})) {
    const resolve = wrap(field.resolve ?? defaultFieldResolver)
    const owner = owners.get(name)
    field.resolve = owner === undefined ? resolve : gated(owner, resolve)
  }
}

/** A field of a module that the tenant has switched off is as if it were not there. */
function gated(module: string, resolve: Resolver): Resolver {
  return (source, args, context, info) => {
    if (context.ctx.tenant.modules[module]?.enabled === false) throw new AppError(errors.notFound)
    return resolve(source, args, context, info)
  }
}

/** Gives each mutation of a request its own share of the idempotency key and answers repeats. */
function onceByKey(resolve: Resolver): Resolver {
  return async (source, args, context, info) => {
    const { deps, ctx } = context
    const claim = ctx.idempotency
    const own = claim
      ? { ...ctx, idempotency: { ...claim, id: `${claim.id}.${info.path.key}` } }
      : ctx
    try {
      return await resolve(source, args, { deps, ctx: own }, info)
    } catch (error) {
      if (error instanceof ReplayedResult) return error.result
      throw error
    }
  }
}

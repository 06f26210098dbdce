import {
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  defaultFieldResolver,
} from 'graphql'
import type { RequestContext } from '../../kernel/context.ts'
import { AppError, errors } from '../../kernel/errors.ts'
import { ReplayedResult, replayGate } from '../../modules/commit/index.ts'
import type { Database } from '../../ports/database.ts'
import {
  type GraphqlBuilder,
  type GraphqlContext,
  createGraphqlBuilder,
} from '../../ports/graphql.ts'
import { modules } from '../modules.ts'
import { mountedRoutes } from '../routes.ts'

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
      if (property === 'queryField' || property === 'mutationField') {
        return (name: string, ...definition: unknown[]): unknown => {
          owners.set(name, module)
          return Reflect.apply(target[property], target, [name, ...definition])
        }
      }
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
    const isForSessions = accountFields().has(name)
    const open = field.resolve ?? defaultFieldResolver
    const resolve = wrap(isForSessions ? forSessions(open) : open)
    const owner = owners.get(name)
    field.resolve = owner === undefined ? resolve : gated(owner, resolve)
  }
}

let accounts: ReadonlySet<string> | undefined

/** The fields that do what a route for any signed-in caller does: they are about the caller's account. */
function accountFields(): ReadonlySet<string> {
  accounts ??= new Set(
    mountedRoutes()
      .filter(({ route }) => route.access.kind === 'authenticated')
      .flatMap(({ route: { operationId } }) => {
        const bare = operationId.replace(/^(get|list)(?=[A-Z])/, '')
        return [operationId, bare.charAt(0).toLowerCase() + bare.slice(1)]
      }),
  )
  return accounts
}

/** As over REST, no API key reaches what a route for any signed-in caller does. */
function forSessions(resolve: Resolver): Resolver {
  return (source, args, context, info) => {
    if (context.ctx.principal.kind === 'key') throw new AppError(errors.sessionRequired)
    return resolve(source, args, context, info)
  }
}

/** A field of a module that the tenant has switched off is as if it were not there. */
function gated(module: string, resolve: Resolver): Resolver {
  return (source, args, context, info) => {
    if (context.ctx.tenant.modules[module]?.enabled === false) throw new AppError(errors.notFound)
    return resolve(source, args, context, info)
  }
}

/**
 * Decides each mutation on the tenant as the one before has left it, gives it its own share of the
 * idempotency key and answers repeats. A mutation without a result answers true.
 */
function onceByKey(resolve: Resolver): Resolver {
  return async (source, args, context, info) => {
    const { renew } = context
    const { deps, ctx } = await renew()
    const claim = ctx.idempotency
    if (!claim) return resolve(source, args, { deps, ctx, renew }, info)
    const id = `${claim.id}.${info.path.key}`
    const own = { ...ctx, idempotency: { ...claim, id } }
    // Asked in the same tick, so that it leaves with the resolver's own first read.
    const earlier = replayOf(deps.db, own)
    try {
      return await resolve(source, args, { deps, ctx: own, renew }, info)
    } catch (error) {
      const replay = error instanceof ReplayedResult ? error : await earlier
      if (replay instanceof ReplayedResult) return replay.result ?? true
      throw replay ?? error
    }
  }
}

/** What the key's earlier use means for this one; undefined when there was none. */
async function replayOf(db: Database, ctx: RequestContext): Promise<unknown> {
  try {
    for (const gate of replayGate(ctx)) gate.check(await db.read(gate.query))
    return undefined
  } catch (error) {
    return error
  }
}

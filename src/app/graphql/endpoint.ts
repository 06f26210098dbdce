import {
  execute,
  type FormattedExecutionResult,
  type GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql'
import { errors } from '../../kernel/errors.ts'
import { refuseText } from './answer-size.ts'
import { costOf, refuseCost } from './cost.ts'
import {
  createDocuments,
  selectOperation,
  type Documents,
  type PreparedDocument,
  type PreparedOperation,
} from './documents.ts'
import {
  graphqlErrors,
  isRefusal,
  refuseHttp,
  refuseRequest,
  refuseWith,
  type Refusal,
} from './errors.ts'
import { negotiate, type MediaType } from './negotiate.ts'
import type { GraphqlEndpoint, GraphqlEndpointOptions, GraphqlEvent } from './options.ts'
import { resolveDocument, type DocumentSources } from './persisted.ts'
import { readParams, type GraphqlParams, type RequestPolicy } from './request.ts'
import { shareRootFields, wrapRootFields } from './root-fields.ts'

const defaultCache = { entries: 500, bytes: 8_388_608 }
const defaultHeaders = { 'Cache-Control': 'no-store' }
const defaultPreflightHeaders = [
  'apollo-require-preflight',
  'graphql-require-preflight',
  'x-apollo-operation-name',
]

/** Everything one endpoint keeps. */
interface Pipeline<Context extends object> {
  readonly options: GraphqlEndpointOptions<Context>
  readonly schema: () => GraphQLSchema
  readonly documents: Documents
  readonly sources: DocumentSources
  readonly policy: RequestPolicy
  readonly observe: (event: GraphqlEvent) => void
}

/** An operation that may run, unless it asks for introspection that the caller has no right to. */
interface Plan {
  readonly document: PreparedDocument
  readonly operation: PreparedOperation
  readonly params: GraphqlParams
}

/** Makes an endpoint. Keep it for the life of the isolate: it holds the schema and the caches. */
export function createGraphqlEndpoint<Context extends object>(
  options: GraphqlEndpointOptions<Context>,
): GraphqlEndpoint<Context> {
  const observe = options.observe ?? (() => undefined)
  const schema = once(() => {
    const built = options.schema()
    wrapRootFields(built)
    return built
  })
  const pipeline: Pipeline<Context> = {
    options,
    schema,
    observe,
    documents: createDocuments(schema, options.limits, options.cache ?? defaultCache, (outcome) =>
      observe({ kind: 'document', outcome }),
    ),
    sources: {
      trusted: options.trustedDocuments,
      apq: options.apq,
      observe: (outcome) => observe({ kind: 'persisted', outcome }),
    },
    policy: {
      limits: options.limits,
      preflightHeaders: options.preflightHeaders ?? defaultPreflightHeaders,
    },
  }
  return {
    handle: async (request, context) => {
      const response = await handle(pipeline, request, context)
      return request.method === 'HEAD' ? new Response(null, response) : response
    },
  }
}

async function handle<Context extends object>(
  pipeline: Pipeline<Context>,
  request: Request,
  context: Context,
): Promise<Response> {
  const media = negotiate(request.headers.get('accept'))
  if (media === undefined) {
    const message = 'Answers are application/graphql-response+json or application/json.'
    return answerRefusal(pipeline, request, undefined, refuseHttp(errors.notAcceptable, message))
  }
  const plan = await makePlan(pipeline, request)
  if (isRefusal(plan)) return answerRefusal(pipeline, request, media, plan)
  let result = await run(pipeline, plan, context)
  const next = await pipeline.options.retry?.(context)
  if (next) result = await run(pipeline, plan, next)
  if (isRefusal(result)) return answerRefusal(pipeline, request, media, result)
  const { operation, params } = plan
  const refusal = refuseText(result, operation, pipeline.options.limits)
  if (refusal !== undefined) return answerRefusal(pipeline, request, media, refusal)
  pipeline.observe({
    kind: 'executed',
    type: operation.type,
    name: operation.name,
    cost: costOf(operation.cost, params.variables),
    errors: result.errors?.length ?? 0,
  })
  return answer(pipeline, media, 200, result)
}

async function makePlan<Context extends object>(
  pipeline: Pipeline<Context>,
  request: Request,
): Promise<Plan | Refusal> {
  const params = await readParams(request, pipeline.policy)
  if (isRefusal(params)) return params
  const source = await resolveDocument(pipeline.sources, params)
  if (isRefusal(source)) return source
  const document = pipeline.documents.prepare(source.text)
  if (isRefusal(document)) return document
  if (source.register !== undefined) {
    await pipeline.options.apq?.set(source.register, source.text)
    pipeline.observe({ kind: 'persisted', outcome: 'registered' })
  }
  const operation = selectOperation(document, params.operationName)
  if (isRefusal(operation)) return operation
  if (params.isGet && operation.type !== 'query') {
    return refuseHttp(errors.methodNotAllowed, 'A mutation needs POST.', { Allow: 'POST' })
  }
  const refusal = refuseCost(operation.cost, params.variables, pipeline.options.limits)
  return refusal ?? { document, operation, params }
}

async function run<Context extends object>(
  { options, schema }: Pipeline<Context>,
  { document, operation, params }: Plan,
  context: Context,
): Promise<FormattedExecutionResult | Refusal> {
  if (operation.isIntrospection && !options.introspection(context)) {
    return refuseRequest(graphqlErrors.introspectionDisabled, 'Introspection is disabled.')
  }
  if (operation.repeatsRootField && operation.type === 'query') shareRootFields(context)
  const result = await execute({
    schema: schema(),
    document: document.ast,
    variableValues: params.variables,
    operationName: operation.name,
    contextValue: context,
    hideSuggestions: true,
  })
  const [first, ...rest] = result.errors ?? []
  if (first === undefined) return { data: result.data ?? null }
  // Execution answers without data only when the variables cannot be coerced.
  if (result.data === undefined) return refuseWith(graphqlErrors.variablesInvalid, [first, ...rest])
  const masked = [first, ...rest].map((error) => mask(options, error, context))
  return { errors: masked, data: result.data }
}

function mask<Context extends object>(
  options: GraphqlEndpointOptions<Context>,
  error: GraphQLError,
  context: Context,
): GraphQLFormattedError {
  const { message, locations, path, extensions } = options.maskError(error, context)
  return {
    message,
    ...(locations && { locations }),
    ...(path && { path }),
    ...(extensions && { extensions }),
  }
}

function answerRefusal<Context extends object>(
  pipeline: Pipeline<Context>,
  request: Request,
  media: MediaType | undefined,
  refusal: Refusal,
): Response {
  pipeline.observe({ kind: 'refused', code: refusal.definition.code })
  const { refuse } = pipeline.options
  const isLimit = refusal.definition === graphqlErrors.limitExceeded
  if (refuse !== undefined && !refusal.isRequestError && !isLimit) return refuse(refusal, request)
  const isOk = refusal.isRequestError && media === 'application/json'
  const status = isOk ? 200 : refusal.definition.status
  const body = { errors: refusal.errors }
  return answer(pipeline, media ?? 'application/json', status, body, refusal.headers)
}

function answer<Context extends object>(
  pipeline: Pipeline<Context>,
  media: MediaType,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      ...(pipeline.options.headers ?? defaultHeaders),
      ...headers,
      'Content-Type': `${media}; charset=utf-8`,
    },
  })
}

function once<Value extends object>(make: () => Value): () => Value {
  let value: Value | undefined
  return () => {
    value ??= make()
    return value
  }
}

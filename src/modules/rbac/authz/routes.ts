import { errors } from '../../../kernel/errors.ts'
import { route } from '../../../ports/module.ts'
import { canQuery, canResult, explainBody, explanationSchema } from './schemas.ts'
import { can, explain } from './service/explain.ts'

export const authzRoutes = [
  route({
    method: 'get',
    path: '//api/v1/authz/can',
    operationId: 'can',
    summary: 'Ask whether the caller may do something',
    access: { kind: 'authenticated' },
    query: canQuery,
    success: { status: 200, schema: canResult },
    errors: [errors.notFound],
    handle: (deps, ctx, { query }) => can(deps, ctx, query),
  }),
  route({
    method: 'post',
    path: '//api/v1/authz/explain',
    operationId: 'explain',
    summary: 'Ask why a user may do something, or may not',
    access: { kind: 'authenticated' },
    body: explainBody,
    success: { status: 200, schema: explanationSchema },
    errors: [errors.notFound, errors.forbidden],
    handle: (deps, ctx, { body }) => explain(deps, ctx, body),
  }),
]

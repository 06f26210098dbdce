import { errors } from '../../../kernel/errors.ts'
import { idParams, pageQuery } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { taxonomyErrors } from '../taxonomy/index.ts'
import { authorPageSchema, authorSchema, createAuthorBody, updateAuthorBody } from './schemas.ts'
import {
  createAuthor,
  deleteAuthor,
  getAuthor,
  listAuthors,
  updateAuthor,
} from './service/authors.ts'

const manage = { kind: 'permission', permission: 'authors:manage' } as const
const version = (author: { version: number }) => author.version

export const authorRoutes = [
  route({
    method: 'get',
    path: '/authors',
    operationId: 'listAuthors',
    summary: 'List authors by slug',
    access: { kind: 'public' },
    cache: 'public',
    query: pageQuery,
    success: { status: 200, schema: authorPageSchema },
    handle: (deps, ctx, { query }) => listAuthors(deps, ctx, query),
  }),
  route({
    method: 'get',
    path: '/authors/{id}',
    operationId: 'getAuthor',
    summary: 'Get an author',
    access: { kind: 'public' },
    cache: 'public',
    params: idParams,
    success: { status: 200, schema: authorSchema },
    errors: [errors.notFound],
    version,
    handle: (deps, ctx, { params }) => getAuthor(deps, ctx, params),
  }),
  route({
    method: 'post',
    path: '/authors',
    operationId: 'createAuthor',
    summary: 'Add an author',
    access: manage,
    body: createAuthorBody,
    success: { status: 201, schema: authorSchema },
    errors: [taxonomyErrors.nameTaken],
    version,
    location: (author) => `/api/v1/blog/authors/${author.id}`,
    handle: (deps, ctx, { body }) => createAuthor(deps, ctx, body),
  }),
  route({
    method: 'patch',
    path: '/authors/{id}',
    operationId: 'updateAuthor',
    summary: 'Change an author',
    access: manage,
    ifMatch: 'required',
    params: idParams,
    body: updateAuthorBody,
    success: { status: 200, schema: authorSchema },
    errors: [errors.notFound, errors.preconditionFailed, taxonomyErrors.nameTaken],
    version,
    handle: (deps, ctx, { params, body, ifMatch }) =>
      updateAuthor(deps, ctx, { ...body, ...params, ifMatch }),
  }),
  route({
    method: 'delete',
    path: '/authors/{id}',
    operationId: 'deleteAuthor',
    summary: 'Delete an author whom no post names',
    access: manage,
    ifMatch: 'required',
    params: idParams,
    success: { status: 204 },
    errors: [errors.notFound, errors.preconditionFailed, taxonomyErrors.inUse],
    handle: async (deps, ctx, { params, ifMatch }) => {
      await deleteAuthor(deps, ctx, { ...params, ifMatch })
      return undefined
    },
  }),
]

import { errors } from '../../../kernel/errors.ts'
import { idParams, pageQuery } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { taxonomyErrors } from './errors.ts'
import {
  categoryListSchema,
  categorySchema,
  createCategoryBody,
  renameTagBody,
  tagPageSchema,
  tagSchema,
  updateCategoryBody,
} from './schemas.ts'
import {
  createCategory,
  deleteCategory,
  getCategory,
  listCategories,
  updateCategory,
} from './service/categories.ts'
import { deleteTag, listTags, renameTag } from './service/tags.ts'

const manage = (permission: string) => ({ kind: 'permission', permission }) as const
const version = (thing: { version: number }) => thing.version
const changeErrors = [errors.notFound, errors.preconditionFailed, taxonomyErrors.nameTaken]
const deleteErrors = [errors.notFound, errors.preconditionFailed, taxonomyErrors.inUse]

const categoryRoutes = [
  route({
    method: 'get',
    path: '/categories',
    operationId: 'listCategories',
    summary: 'List the tree of categories',
    access: { kind: 'public' },
    cache: 'public',
    success: { status: 200, schema: categoryListSchema },
    handle: (deps, ctx) => listCategories(deps, ctx),
  }),
  route({
    method: 'get',
    path: '/categories/{id}',
    operationId: 'getCategory',
    summary: 'Get a category',
    access: { kind: 'public' },
    cache: 'public',
    params: idParams,
    success: { status: 200, schema: categorySchema },
    errors: [errors.notFound],
    version,
    handle: (deps, ctx, { params }) => getCategory(deps, ctx, params),
  }),
  route({
    method: 'post',
    path: '/categories',
    operationId: 'createCategory',
    summary: 'Add a category',
    access: manage('categories:manage'),
    body: createCategoryBody,
    success: { status: 201, schema: categorySchema },
    errors: [
      taxonomyErrors.nameTaken,
      taxonomyErrors.parentUnknown,
      taxonomyErrors.parentCycle,
      taxonomyErrors.tooMany,
    ],
    version,
    location: (category) => `/api/v1/blog/categories/${category.id}`,
    handle: (deps, ctx, { body }) => createCategory(deps, ctx, body),
  }),
  route({
    method: 'patch',
    path: '/categories/{id}',
    operationId: 'updateCategory',
    summary: 'Change or move a category',
    access: manage('categories:manage'),
    ifMatch: 'required',
    params: idParams,
    body: updateCategoryBody,
    success: { status: 200, schema: categorySchema },
    errors: [...changeErrors, taxonomyErrors.parentUnknown, taxonomyErrors.parentCycle],
    version,
    handle: (deps, ctx, { params, body, ifMatch }) =>
      updateCategory(deps, ctx, { ...body, ...params, ifMatch }),
  }),
  route({
    method: 'delete',
    path: '/categories/{id}',
    operationId: 'deleteCategory',
    summary: 'Delete a category without posts and children',
    access: manage('categories:manage'),
    ifMatch: 'required',
    params: idParams,
    success: { status: 204 },
    errors: deleteErrors,
    handle: async (deps, ctx, { params, ifMatch }) => {
      await deleteCategory(deps, ctx, { ...params, ifMatch })
      return undefined
    },
  }),
]

const tagRoutes = [
  route({
    method: 'get',
    path: '/tags',
    operationId: 'listTags',
    summary: 'List tags by slug',
    access: { kind: 'public' },
    cache: 'public',
    query: pageQuery,
    success: { status: 200, schema: tagPageSchema },
    handle: (deps, ctx, { query }) => listTags(deps, ctx, query),
  }),
  route({
    method: 'patch',
    path: '/tags/{id}',
    operationId: 'renameTag',
    summary: 'Give a tag another name',
    access: manage('tags:manage'),
    params: idParams,
    body: renameTagBody,
    success: { status: 200, schema: tagSchema },
    errors: [errors.notFound],
    handle: (deps, ctx, { params, body }) => renameTag(deps, ctx, { ...params, ...body }),
  }),
  route({
    method: 'delete',
    path: '/tags/{id}',
    operationId: 'deleteTag',
    summary: 'Delete a tag that no post carries',
    access: manage('tags:manage'),
    params: idParams,
    success: { status: 204 },
    errors: [errors.notFound, taxonomyErrors.inUse],
    handle: async (deps, ctx, { params }) => {
      await deleteTag(deps, ctx, params)
      return undefined
    },
  }),
]

export const taxonomyRoutes = [...categoryRoutes, ...tagRoutes]

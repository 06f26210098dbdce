import { idParams } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import type { PostAction } from './domain.ts'
import { postErrors } from './errors.ts'
import {
  type Post,
  createPostBody,
  localeQuery,
  postSchema,
  publishBody,
  slugParams,
  translationBody,
  translationParams,
  updatePostBody,
} from './schemas.ts'
import { changeStatus, deletePost } from './service/change-status.ts'
import { createPost } from './service/create-post.ts'
import { getPost, getPostBySlug } from './service/read-posts.ts'
import { deleteTranslation, putTranslation, updatePost } from './service/update-post.ts'

const version = (post: Post) => post.version
const language = (post: Post) => post.locale
const writeErrors = [
  postErrors.postNotFound,
  postErrors.stale,
  postErrors.slugTaken,
  postErrors.localeDisabled,
]

const reads = [
  route({
    method: 'get',
    path: '/posts-by-slug/{slug}',
    operationId: 'getPostBySlug',
    summary: 'Get a post by its slug',
    access: { kind: 'public' },
    cache: 'public',
    params: slugParams,
    query: localeQuery,
    success: { status: 200, schema: postSchema },
    errors: [postErrors.postNotFound],
    version,
    language,
    handle: (deps, ctx, { params }) => getPostBySlug(deps, ctx, params),
  }),
  route({
    method: 'get',
    path: '/posts/{id}',
    operationId: 'getPost',
    summary: 'Get a post',
    access: { kind: 'public' },
    cache: 'public',
    params: idParams,
    query: localeQuery,
    success: { status: 200, schema: postSchema },
    errors: [postErrors.postNotFound],
    version,
    language,
    handle: (deps, ctx, { params }) => getPost(deps, ctx, params),
  }),
]

const writes = [
  route({
    method: 'post',
    path: '/posts',
    operationId: 'createPost',
    summary: 'Write a post',
    access: { kind: 'permission', permission: 'posts:create' },
    body: createPostBody,
    success: { status: 201, schema: postSchema },
    errors: [postErrors.slugTaken, postErrors.unknownReference, postErrors.localeDisabled],
    version,
    language,
    location: (post) => `/api/v1/blog/posts/${post.id}`,
    handle: (deps, ctx, { body }) => createPost(deps, ctx, body),
  }),
  route({
    method: 'patch',
    path: '/posts/{id}',
    operationId: 'updatePost',
    summary: 'Change a post',
    access: { kind: 'permission', permission: 'posts:update' },
    ifMatch: 'required',
    params: idParams,
    body: updatePostBody,
    success: { status: 200, schema: postSchema },
    errors: [...writeErrors, postErrors.unknownReference, postErrors.newTranslation],
    version,
    language,
    handle: (deps, ctx, { params, body, ifMatch }) =>
      updatePost(deps, ctx, { ...body, ...params, ifMatch }),
  }),
  route({
    method: 'delete',
    path: '/posts/{id}',
    operationId: 'deletePost',
    summary: 'Delete a draft or an archived post',
    access: { kind: 'permission', permission: 'posts:delete' },
    ifMatch: 'required',
    params: idParams,
    success: { status: 204 },
    errors: [postErrors.postNotFound, postErrors.stale, postErrors.deleteRefused],
    handle: async (deps, ctx, { params, ifMatch }) => {
      await deletePost(deps, ctx, { ...params, ifMatch })
      return undefined
    },
  }),
  route({
    method: 'put',
    path: '/posts/{id}/translations/{locale}',
    operationId: 'putPostTranslation',
    summary: 'Set a post’s texts in a locale',
    access: { kind: 'permission', permission: 'posts:update' },
    ifMatch: 'required',
    params: translationParams,
    body: translationBody,
    success: { status: 200, schema: postSchema },
    errors: writeErrors,
    version,
    language,
    handle: (deps, ctx, { params, body, ifMatch }) =>
      putTranslation(deps, ctx, { ...params, text: body, ifMatch }),
  }),
  route({
    method: 'delete',
    path: '/posts/{id}/translations/{locale}',
    operationId: 'deletePostTranslation',
    summary: 'Remove a post’s texts in a locale',
    access: { kind: 'permission', permission: 'posts:update' },
    ifMatch: 'required',
    params: translationParams,
    success: { status: 200, schema: postSchema },
    errors: [postErrors.postNotFound, postErrors.stale, postErrors.lastTranslation],
    version,
    language,
    handle: (deps, ctx, { params, ifMatch }) =>
      deleteTranslation(deps, ctx, { ...params, ifMatch }),
  }),
  route({
    method: 'post',
    path: '/posts/{id}/publish',
    operationId: 'publishPost',
    summary: 'Publish a draft, or schedule it',
    access: { kind: 'permission', permission: 'posts:publish' },
    params: idParams,
    body: publishBody,
    bodyOptional: true,
    ifMatch: 'optional',
    success: { status: 200, schema: postSchema },
    errors: [postErrors.postNotFound, postErrors.stale, postErrors.wrongState],
    version,
    language,
    handle: (deps, ctx, { params, body, ifMatch }) => {
      const publishAt = body.publishAt === undefined ? undefined : Date.parse(body.publishAt)
      return changeStatus(deps, ctx, { ...params, action: 'publish', publishAt, ifMatch })
    },
  }),
  statusRoute('unpublish', 'Make a published post a draft again, or call its schedule off'),
  statusRoute('archive', 'Put a post away'),
  statusRoute('restore', 'Take a post out of the archive'),
]

/** A change of status that needs no body. */
function statusRoute(action: PostAction, summary: string) {
  return route({
    method: 'post',
    path: `/posts/{id}/${action}`,
    operationId: `${action}Post`,
    summary,
    access: { kind: 'permission', permission: 'posts:publish' },
    params: idParams,
    ifMatch: 'optional',
    success: { status: 200, schema: postSchema },
    errors: [postErrors.postNotFound, postErrors.stale, postErrors.wrongState],
    version,
    language,
    handle: (deps, ctx, { params, ifMatch }) =>
      changeStatus(deps, ctx, { ...params, action, ifMatch }),
  })
}

export const postRoutes = [...reads, ...writes]

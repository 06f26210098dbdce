import { errors } from '../../../kernel/errors.ts'
import { idParams } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { localeQuery, postErrors } from '../posts/index.ts'
import {
  feedQuery,
  neighboursSchema,
  postListQuery,
  postPageSchema,
  relatedQuery,
  relatedSchema,
} from './schemas.ts'
import { listPosts } from './service/list-posts.ts'
import { getNeighbours, getRelated } from './service/near-posts.ts'
import { type FeedFormat, getFeed, getSitemap } from './service/publish-feeds.ts'

const lists = [
  route({
    method: 'get',
    path: '/posts',
    operationId: 'listPosts',
    summary: 'List posts, newest first',
    access: { kind: 'public' },
    cache: 'public',
    query: postListQuery,
    success: { status: 200, schema: postPageSchema },
    errors: [errors.forbidden],
    handle: (deps, ctx, { query }) => listPosts(deps, ctx, query),
  }),
  route({
    method: 'get',
    path: '/posts/{id}/neighbours',
    operationId: 'getPostNeighbours',
    summary: 'Get the published posts before and after a post',
    access: { kind: 'public' },
    cache: 'public',
    params: idParams,
    query: localeQuery,
    success: { status: 200, schema: neighboursSchema },
    errors: [postErrors.postNotFound],
    handle: (deps, ctx, { params }) => getNeighbours(deps, ctx, params),
  }),
  route({
    method: 'get',
    path: '/posts/{id}/related',
    operationId: 'getRelatedPosts',
    summary: 'List published posts that share tags with a post',
    access: { kind: 'public' },
    cache: 'public',
    params: idParams,
    query: relatedQuery,
    success: { status: 200, schema: relatedSchema },
    errors: [postErrors.postNotFound],
    handle: (deps, ctx, { params, query }) =>
      getRelated(deps, ctx, { id: params.id, limit: query.limit }),
  }),
]

const feeds = [
  feedRoute('rss', 'application/rss+xml'),
  feedRoute('atom', 'application/atom+xml'),
  feedRoute('json', 'application/feed+json'),
  route({
    method: 'get',
    path: '/sitemap.xml',
    operationId: 'getSitemap',
    summary: 'Every published post for search engines',
    access: { kind: 'public' },
    cache: 'public',
    success: { status: 200, media: 'application/xml' },
    handle: (deps, ctx) => getSitemap(deps, ctx),
  }),
]

/** The newest posts in one format. */
function feedRoute(format: FeedFormat, media: string) {
  return route({
    method: 'get',
    path: `/feed.${format}`,
    operationId: `get${format.charAt(0).toUpperCase()}${format.slice(1)}Feed`,
    summary: `The newest posts as ${media}`,
    access: { kind: 'public' },
    cache: 'public',
    query: feedQuery,
    success: { status: 200, media },
    handle: (deps, ctx, { query }) => getFeed(deps, ctx, { format, locale: query.locale }),
  })
}

export const listingRoutes = [...lists, ...feeds]

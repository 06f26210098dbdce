import { parseArguments } from '../../../kernel/parse.ts'
import { type Page, idParams } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import { type PostSummary, type PostTypes, inLocale } from '../posts/index.ts'
import { postListQuery, relatedQuery } from './schemas.ts'
import { listPosts } from './service/list-posts.ts'
import { getNeighbours, getRelated } from './service/near-posts.ts'

/** Adds lists of posts to the schema. */
export function listingGraphql(builder: GraphqlBuilder, types: PostTypes): void {
  addLists(builder, types)
  addNearPosts(builder, types)
}

function addLists(builder: GraphqlBuilder, { post, status }: PostTypes): void {
  const page = builder.objectRef<Page<PostSummary>>('PostPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [post] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  builder.queryFields((t) => ({
    posts: t.field({
      type: page,
      nullable: true,
      description: 'Posts, newest first; by title when `q` is given.',
      args: {
        limit: t.arg.int(),
        cursor: t.arg.string(),
        locale: t.arg.string(),
        status: t.arg({ type: status }),
        category: t.arg.string(),
        author: t.arg.string(),
        tag: t.arg.string(),
        q: t.arg.string(),
      },
      resolve: (_, args, { deps, ctx }) =>
        listPosts(deps, inLocale(ctx, args.locale), parseArguments(postListQuery, args)),
    }),
  }))
}

function addNearPosts(builder: GraphqlBuilder, { post }: PostTypes): void {
  const neighbours = builder
    .objectRef<{ previous: PostSummary | null; next: PostSummary | null }>('Neighbours')
    .implement({
      fields: (t) => ({
        previous: t.expose('previous', { type: post, nullable: true }),
        next: t.expose('next', { type: post, nullable: true }),
      }),
    })
  builder.queryFields((t) => ({
    postNeighbours: t.field({
      type: neighbours,
      nullable: true,
      args: { id: t.arg.id({ required: true }), locale: t.arg.string() },
      resolve: (_, { id, locale }, { deps, ctx }) =>
        getNeighbours(deps, inLocale(ctx, locale), parseArguments(idParams, { id })),
    }),
    relatedPosts: t.field({
      type: [post],
      nullable: true,
      args: { id: t.arg.id({ required: true }), limit: t.arg.int(), locale: t.arg.string() },
      resolve: async (_, { id, limit, locale }, { deps, ctx }) => {
        const input = {
          ...parseArguments(idParams, { id }),
          ...parseArguments(relatedQuery, { limit }),
        }
        return (await getRelated(deps, inLocale(ctx, locale), input)).items
      },
    }),
  }))
}

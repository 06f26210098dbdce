import { buildSchema, graphql } from 'graphql'
import { Hono } from 'hono'
import { type TwinEnv, listPosts } from './posts.ts'

const schema = buildSchema(`
  type Author { id: ID! slug: String! name: String! }
  type Category { id: ID! slug: String! name: String! }
  type Tag { slug: String! name: String! }
  type Post {
    id: ID! status: String! locale: String! slug: String! title: String! excerpt: String!
    author: Author category: Category tags: [Tag!]!
    publishedAt: String createdAt: String! updatedAt: String! version: Int!
  }
  type PostPage { items: [Post!]! }
  type Query { posts(limit: Int = 20): PostPage }
`)

interface Parameters {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
}

/** graphql-js as its documentation shows it: every document is parsed, validated and executed. */
export const graphqlPosts = new Hono<{ Bindings: TwinEnv }>()

graphqlPosts.post('/:tenant/graphql', async (c) => {
  const { query, variables } = await c.req.json<Parameters>()
  const rootValue = {
    posts: async ({ limit }: { limit: number }) => ({
      items: await listPosts(c.env.DB, c.req.param('tenant'), limit),
    }),
  }
  return c.json(await graphql({ schema, source: query, rootValue, variableValues: variables }))
})

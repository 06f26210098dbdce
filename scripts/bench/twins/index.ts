import { Hono } from 'hono'
import { batch } from './batch.ts'
import { hash } from './hash.ts'
import { graphqlPosts } from './graphql.ts'
import { objects } from './objects.ts'
import { posts } from './posts.ts'

/** The least that a Worker can be, to compare ours with: Hono, one statement, no rules. */
const app = new Hono()
app.get('/hello', (c) => c.text('hello'))
app.route('/', posts)
app.route('/', batch)
app.route('/', graphqlPosts)
app.route('/', hash)
app.route('/', objects)

export default { fetch: app.fetch }

import * as z from 'zod'
import { excerpt } from './text.ts'
import { hosts, type Runtime } from './runtime.ts'

/** Rows that one statement writes. */
const CHUNK = 2_000
const START = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000

/** Which posts a tenant gets: those numbered from `from` up to `to`, with the same text each. */
export interface PostsOptions {
  readonly from: number
  readonly to: number
  readonly body: string
  readonly html: string
}

const tokenSchema = z.object({ accessToken: z.string() })
const idSchema = z.object({ id: z.string() })

/** Logs `<name>@<tenant>.example` in and answers the headers that make a request theirs. */
export async function signIn(
  { send, secrets }: Runtime,
  tenant: string,
  name: string,
): Promise<Readonly<Record<string, string>>> {
  const { text } = await send({
    url: `http://${tenant}.${hosts.uncached}/api/v1/auth/login`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      email: `${name}@${tenant}.example`,
      password: secrets['DEMO_PASSWORD'],
    }),
    status: 200,
  })
  return { authorization: `Bearer ${tokenSchema.parse(JSON.parse(text)).accessToken}` }
}

/** Seeds the demo tenants with their users. */
export async function seedTenants({ send, secrets }: Runtime): Promise<void> {
  await send({
    url: `http://${hosts.uncached}/_dev/seed?profile=test`,
    method: 'POST',
    headers: { 'x-dev-token': secrets['APP_SECRET'] ?? '' },
    status: 200,
  })
}

/** The id of a tenant by its slug. */
export async function tenantIdOf(runtime: Runtime, slug: string): Promise<string> {
  const database = await runtime.database('ours')
  const row = await database.prepare('SELECT id FROM tenants WHERE slug = ?').bind(slug).first()
  return idSchema.parse(row).id
}

const id = (kind: number, expression: string): string =>
  `printf('%08x-0000-7000-8000-%012x', ${kind}, ${expression})`

const ids = { author: 0xa, category: 0xc, tag: 0x7, post: 0x9 } as const
const times = `${START} + i * ${HOUR}`
/** Nine of ten posts are published. */
const status = `iif(i % 10 = 0, 'draft', 'published')`
const numbers = 'FROM (SELECT value AS i FROM json_each(?2))'

/** Ten authors, ten categories and twenty tags. */
const references = [
  `INSERT INTO blog_authors (tenant_id, id, slug, name, version, created_at, updated_at)
    SELECT ?1, ${id(ids.author, 'i')}, 'author-' || i, 'Author ' || i, 1, ${START}, ${START}
    ${numbers} WHERE i < 10`,
  `INSERT INTO blog_categories (tenant_id, id, slug, names, position, version, created_at, updated_at)
    SELECT ?1, ${id(ids.category, 'i')}, 'category-' || i, json_object('en', 'Category ' || i), i, 1,
    ${START}, ${START} ${numbers} WHERE i < 10`,
  `INSERT INTO blog_tags (tenant_id, id, slug, name, version, created_at)
    SELECT ?1, ${id(ids.tag, 'i')}, 'tag-' || i, 'Tag ' || i, 1, ${START} ${numbers} WHERE i < 20`,
]

/** Posts in turn of every author and category, with two tags each. */
const posts = [
  `INSERT INTO blog_posts (tenant_id, id, status, author_id, category_id, published_at, sort_at, version,
    created_at, updated_at) SELECT ?1, ${id(ids.post, 'i')}, ${status}, ${id(ids.author, 'i % 10')},
    ${id(ids.category, '(i / 10) % 10')}, iif(i % 10 = 0, NULL, ${times}), ${times}, 1, ${times}, ${times}
    ${numbers}`,
  `INSERT INTO blog_post_translations (tenant_id, post_id, locale, slug, title, title_key, excerpt, body, html)
    SELECT ?1, ${id(ids.post, 'i')}, 'en', 'post-' || i, 'Post number ' || i, 'post number ' || i, ?3, ?4, ?5
    ${numbers}`,
  ...['i % 20', '(i + 7) % 20'].map(
    (tag) => `INSERT INTO blog_post_tags (tenant_id, post_id, tag_id, status, sort_at)
      SELECT ?1, ${id(ids.post, 'i')}, ${id(ids.tag, tag)}, ${status}, ${times} ${numbers}`,
  ),
]

/** Ten authors, ten categories and twenty tags for the posts of a tenant. */
export async function seedReferences(runtime: Runtime, tenantId: string): Promise<void> {
  const database = await runtime.database('ours')
  const all = range(0, 20)
  await database.batch(references.map((sql) => database.prepare(sql).bind(tenantId, all)))
}

/** Gives a tenant posts, by statements of 2,000 rows. */
export async function seedPosts(
  runtime: Runtime,
  tenantId: string,
  { from, to, body, html }: PostsOptions,
): Promise<void> {
  const database = await runtime.database('ours')
  for (let start = from; start < to; start += CHUNK) {
    const chunk = range(start, Math.min(to, start + CHUNK))
    await database.batch(
      posts.map((sql) => {
        const texts = sql.includes('?3') ? [excerpt, body, html] : []
        return database.prepare(sql).bind(tenantId, chunk, ...texts)
      }),
    )
  }
}

/** Fills the twin's flat table with the same posts. */
export async function seedTwin(
  runtime: Runtime,
  tenant: string,
  { from, to, body, html }: PostsOptions,
): Promise<void> {
  const database = await runtime.database('twin')
  const authors = `INSERT INTO authors (tenant_id, id, slug, name) SELECT ?1, ${id(ids.author, 'i')}, 'author-' || i, 'Author ' || i ${numbers}`
  const rows = `INSERT INTO posts (tenant_id, id, status, locale, slug, title, excerpt, author_id, category,
    tags, published_at, created_at, updated_at, version, body, html) SELECT ?1, ${id(ids.post, 'i')}, ${status}, 'en', 'post-' || i,
    'Post number ' || i, ?3, ${id(ids.author, 'i % 10')},
    json_object('id', ${id(ids.category, '(i / 10) % 10')}, 'slug', 'category-' || (i / 10) % 10,
      'name', 'Category ' || (i / 10) % 10),
    json_array(json_object('slug', 'tag-' || i % 20, 'name', 'Tag ' || i % 20),
      json_object('slug', 'tag-' || (i + 7) % 20, 'name', 'Tag ' || (i + 7) % 20)),
    iif(i % 10 = 0, NULL, ${times}), ${times}, ${times}, 1, ?4, ?5 ${numbers}`
  await database.batch([
    database.prepare(authors).bind(tenant, range(0, 10)),
    database.prepare(rows).bind(tenant, range(from, to), excerpt, body, html),
  ])
}

function range(from: number, to: number): string {
  return JSON.stringify(Array.from({ length: to - from }, (_, index) => from + index))
}

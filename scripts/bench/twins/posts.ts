import { Hono } from 'hono'

/** What the twin is bound to. */
export interface TwinEnv {
  readonly DB: D1Database
}

/** A row of a list. */
export interface SummaryRow {
  readonly id: string
  readonly status: string
  readonly locale: string
  readonly slug: string
  readonly title: string
  readonly excerpt: string
  readonly authorId: string | null
  readonly authorSlug: string | null
  readonly authorName: string | null
  readonly authorWebsite: string | null
  readonly category: string | null
  readonly tags: string
  readonly availableLocales: string
  readonly seo: string
  readonly cover: string | null
  readonly publishAt: number | null
  readonly publishedAt: number | null
  readonly createdAt: number
  readonly updatedAt: number
  readonly version: number
}

interface PostRow extends SummaryRow {
  readonly body: string
  readonly html: string
}

/** A post as it is sent. */
export interface NewPost {
  readonly title: string
  readonly slug: string
  readonly excerpt: string
  readonly body: string
}

const summary = `p.id, p.status, p.locale, p.slug, p.title, p.excerpt, p.author_id AS authorId,
  a.slug AS authorSlug, a.name AS authorName, a.website AS authorWebsite, p.category, p.tags,
  p.locales AS availableLocales, p.seo, p.cover, p.publish_at AS publishAt, p.published_at AS publishedAt,
  p.created_at AS createdAt, p.updated_at AS updatedAt, p.version`

const source = 'posts p LEFT JOIN authors a ON a.tenant_id = p.tenant_id AND a.id = p.author_id'

const bySlug = `SELECT ${summary}, p.body, p.html FROM ${source} WHERE p.tenant_id = ? AND p.slug = ?`
const newest = `SELECT ${summary} FROM ${source} WHERE p.tenant_id = ? AND p.status = 'published'
  ORDER BY p.published_at DESC, p.id DESC LIMIT ?`
const insert = `INSERT INTO posts (tenant_id, id, status, locale, slug, title, excerpt, tags,
  created_at, updated_at, version, body, html) VALUES (?, ?, 'draft', 'en', ?, ?, ?, '[]', ?, ?, 1, ?, '')`

/** An instant as it is answered. */
export const time = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : new Date(milliseconds).toISOString()

const json = (text: string | null) => (text === null ? null : JSON.parse(text))

/** A post with the fields that our API answers. */
const present = ({ authorId, authorSlug, authorName, authorWebsite, ...row }: SummaryRow) => ({
  ...row,
  author:
    authorId === null
      ? null
      : { id: authorId, slug: authorSlug, name: authorName, website: authorWebsite },
  category: json(row.category),
  tags: json(row.tags),
  availableLocales: json(row.availableLocales),
  seo: json(row.seo),
  cover: json(row.cover),
  publishAt: time(row.publishAt),
  publishedAt: time(row.publishedAt),
  createdAt: time(row.createdAt),
  updatedAt: time(row.updatedAt),
})

/** The newest published posts of a tenant with their authors: one statement. */
export async function listPosts(db: D1Database, tenantId: string, limit: number) {
  const { results } = await db.prepare(newest).bind(tenantId, limit).all<SummaryRow>()
  return results.map(present)
}

/** One prepared statement a request: a post by its slug, a list of 20 with authors, an insert. */
export const posts = new Hono<{ Bindings: TwinEnv }>()

posts.get('/:tenant/posts/:slug', async (c) => {
  const { tenant, slug } = c.req.param()
  const row = await c.env.DB.prepare(bySlug).bind(tenant, slug).first<PostRow>()
  return row === null ? c.notFound() : c.json(present(row))
})

posts.get('/:tenant/posts', async (c) => {
  const limit = Number(c.req.query('limit') ?? 20)
  return c.json({ items: await listPosts(c.env.DB, c.req.param('tenant'), limit) })
})

posts.post('/:tenant/posts', async (c) => {
  const post = await c.req.json<NewPost>()
  const id = crypto.randomUUID()
  const now = Date.now()
  await c.env.DB.prepare(insert)
    .bind(c.req.param('tenant'), id, post.slug, post.title, post.excerpt, now, now, post.body)
    .run()
  return c.json({ ...post, id, status: 'draft', createdAt: time(now), version: 1 }, 201)
})

import { Hono } from 'hono'
import { type NewPost, type TwinEnv, time } from './posts.ts'

const alive = `SELECT expires_at > ?3 AS alive FROM sessions WHERE tenant_id = ?1 AND id = ?2`
const post = `INSERT INTO drafts (tenant_id, id, status, sort_at, version, created_by, created_at,
  updated_at) VALUES (?1, ?2, 'draft', ?4, 1, ?3, ?4, ?4)`
const text = `INSERT INTO texts (tenant_id, post_id, locale, slug, title, excerpt, body, html)
  VALUES (?, ?, 'en', ?, ?, ?, ?, ?)`
const event = `INSERT INTO outbox (id, tenant_id, type, aggregate_id, payload, occurred_at, settled_at)
  VALUES (?1, ?2, 'post.created', ?3, ?4, ?5, ?5)`
const audit = `INSERT INTO audit_log (tenant_id, id, occurred_at, actor_id, action, target_id,
  request_id, changes) VALUES (?, ?, ?, ?, 'post.created', ?, ?, '{"status":"draft"}')`

/**
 * A post with its text, its event and its audit row, and a look at the session: what a write that
 * promises the same asks of the database, in one batch, and nothing else.
 */
export const batch = new Hono<{ Bindings: TwinEnv }>()

batch.post('/:tenant/batch', async (c) => {
  const { DB } = c.env
  const { title, slug, excerpt, body } = await c.req.json<NewPost>()
  const tenant = c.req.param('tenant')
  const id = crypto.randomUUID()
  const now = Date.now()
  const payload = JSON.stringify({ postId: id, slug, locale: 'en' })
  await DB.batch([
    DB.prepare(alive).bind(tenant, 'session', now),
    DB.prepare(post).bind(tenant, id, 'user', now),
    DB.prepare(text).bind(tenant, id, slug, title, excerpt, body, body),
    DB.prepare(event).bind(crypto.randomUUID(), tenant, id, payload, now),
    DB.prepare(audit).bind(tenant, crypto.randomUUID(), now, 'user', id, crypto.randomUUID()),
  ])
  const answer = { title, slug, excerpt, body, html: body, id, status: 'draft' }
  return c.json({ ...answer, createdAt: time(now), version: 1 }, 201)
})

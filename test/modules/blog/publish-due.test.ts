import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { endControl } from '../../support/no-control.ts'
import { type World, createWorld } from '../../support/world.ts'
import { writePost } from './support.ts'

const POSTS = '/api/v1/blog/posts'
const SOON = 300_000

/** Writes a draft that is due in five minutes and tells what became of it. */
async function schedulePost(world: World) {
  const admin = await world.as('admin')
  const { id } = await writePost(admin)
  const publishAt = new Date(world.clock.now() + SOON).toISOString()
  await admin.json('POST', `${POSTS}/${id}/publish`, { body: { publishAt } })
  const sql = 'SELECT status FROM blog_posts WHERE id = ?'
  return async () => (await env.DB.prepare(sql).bind(id).first<{ status: string }>())?.status
}

/** Drafts that have long been due and cannot be published, as they have no text. */
async function strandDrafts({ tenantId }: World, count: number): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO blog_posts (tenant_id, id, status, publish_at, sort_at, version, created_at, updated_at)
      SELECT ?1, 'stranded-' || value, 'draft', 1, 1, 1, 1, 1
      FROM json_each(?2)`,
  )
    .bind(tenantId, JSON.stringify(Array.from({ length: count }, (_, index) => index)))
    .run()
}

describe('posts that are due', () => {
  it('are published in an installation whose control tenant has no module on', async () => {
    await endControl()
    const world = await createWorld({
      env: {
        FIRST_ADMIN_EMAIL: 'first@platform.example',
        FIRST_ADMIN_PASSWORD: 'three blind mice',
      },
    })
    const status = await schedulePost(world)
    await world.tick()
    expect(await status()).toBe('draft')
    world.clock.advance(SOON + 60_000)
    await world.tick()
    expect(await status()).toBe('published')
    await endControl()
  })

  it('wait for nothing that cannot be published', async () => {
    const [stuck, world] = [await createWorld(), await createWorld()]
    await strandDrafts(stuck, 201)
    const status = await schedulePost(world)
    world.clock.advance(SOON + 1)
    await world.tick()
    expect(await status()).toBe('published')
    await env.DB.prepare("DELETE FROM blog_posts WHERE id LIKE 'stranded-%'").run()
  })

  it('stay drafts while the tenant has the module off', async () => {
    const world = await createWorld()
    const status = await schedulePost(world)
    const admin = await world.as('admin')
    await admin.json('POST', '/api/v1/tenant/modules/blog/disable')
    world.clock.advance(SOON + 1)
    await world.tick()
    expect(await status()).toBe('draft')
    await admin.json('POST', '/api/v1/tenant/modules/blog/enable')
    world.clock.advance(60_000)
    await world.tick()
    expect(await status()).toBe('published')
  })
})

import { env } from 'cloudflare:workers'
import { expect, it, vi } from 'vitest'
import { createWorld } from '../support/world.ts'

const repos = import.meta.glob<Record<string, unknown>>('../../src/modules/**/repo.ts', { eager: true })
const counts = new Map<string, number>()

it('spies', async () => {
  for (const [path, module] of Object.entries(repos)) for (const [name, value] of Object.entries(module)) {
    if (typeof value !== 'function') continue
    counts.set(path+name, 0)
    vi.spyOn(module as never, name as never).mockImplementation(((...args: unknown[]) => { counts.set(path+name, (counts.get(path+name) ?? 0) + 1); return value(...args) }) as never)
  }
  const seen: string[] = []
  const DB = new Proxy(env.DB, { get(target, name) { if (name === 'prepare') return (sql: string) => { seen.push(sql); return target.prepare(sql) }; const v = Reflect.get(target, name); return typeof v === 'function' ? v.bind(target) : v } })
  const world = await createWorld({ env: { DB } })
  await world.anonymous.fetch('GET', '/api/v1/blog/posts')
  console.log(seen.length, JSON.stringify([...counts]))
  const plan = await env.DB.prepare('EXPLAIN QUERY PLAN ' + seen.at(-1)).bind(...Array(10).fill('x')).all().catch((e) => e.message)
  console.log(JSON.stringify(plan.results ?? plan))
  console.log((await env.DB.prepare("SELECT * FROM pragma_table_xinfo('blog_posts')").all()).results[0], (await env.DB.prepare("SELECT * FROM pragma_index_list('blog_posts')").all()).results, (await env.DB.prepare("SELECT * FROM pragma_foreign_key_list('blog_posts')").all()).results[0])
  expect(1).toBe(1)
})

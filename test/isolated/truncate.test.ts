import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { serve } from '../../src/app/fetch.ts'
import { type Isolate, createIsolate } from '../../src/app/isolate.ts'
import { depsOf } from '../../src/app/lifecycle/deps.ts'
import { seed } from '../../src/app/lifecycle/seed.ts'
import { truncate } from '../../src/app/lifecycle/truncate.ts'
import { PASSWORD, createWorld } from '../support/world.ts'

/** Tables that belong to the engine and to the migrations. */
const NOT_OURS = /^(sqlite_|_cf_|d1_migrations$)/

async function rowCounts(database: D1Database): Promise<Map<string, number>> {
  const { results } = await database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all<{ name: string }>()
  const names = results.map(({ name }) => name).filter((name) => !NOT_OURS.test(name))
  const counts = await database.batch<{ n: number }>(
    names.map((name) => database.prepare(`SELECT count(*) AS n FROM ${name}`)),
  )
  return new Map(names.map((name, index) => [name, counts[index]?.results[0]?.n ?? -1]))
}

const get = (isolate: Isolate, path: string) =>
  serve(isolate, new Request(new URL(path, 'https://demo.rustok.test')))

describe('truncate', () => {
  it('empties every table on every shard, and a seed fills them again', async () => {
    const bindings = { DB_SECOND: env.SPARE_DB }
    const { isolate } = await createWorld({ env: bindings, shard: 'second' })
    const [demo] = await seed(isolate, 'dev', PASSWORD)
    expect((await rowCounts(env.SPARE_DB)).get('tenants')).toBe(1)
    const posts = '/api/v1/blog/posts?limit=2'
    expect((await get(isolate, posts)).status).toBe(200)
    const before = await rowCounts(env.DB)
    expect([...before.values()].filter((count) => count > 0).length).toBeGreaterThan(12)

    await truncate(isolate)
    for (const database of [env.DB, env.SPARE_DB]) {
      const after = await rowCounts(database)
      expect([...after].filter(([, count]) => count !== 0)).toEqual([])
    }
    expect((await get(isolate, posts)).status).toBe(404)

    expect(await seed(isolate, 'dev', PASSWORD)).toMatchObject([{ slug: demo?.slug }, {}])
    expect((await get(isolate, posts)).status).toBe(200)
    expect(await rowCounts(env.DB)).toEqual(before)
  })

  it('is refused in production and changes nothing', async () => {
    const development = createIsolate(env)
    await seed(development, 'test', PASSWORD)
    const before = await rowCounts(env.DB)
    const { config } = development
    const app = { ...config.app, env: 'production' as const }
    const production = { ...development, config: { ...config, app } }
    await expect(truncate(production)).rejects.toThrow('truncate is not for production')
    expect(await rowCounts(env.DB)).toEqual(before)
  })

  it('has a door in development that the deployment’s secret opens', async () => {
    const isolate = createIsolate(env)
    await seed(isolate, 'test', PASSWORD)
    const knock = (token: string) =>
      serve(
        isolate,
        new Request('https://demo.rustok.test/_dev/truncate', {
          method: 'POST',
          headers: { 'x-dev-token': token },
        }),
      )
    expect((await knock('wrong')).status).toBe(404)
    expect(await depsOf(isolate).tenants.find({ kind: 'slug', value: 'demo' })).toBeDefined()
    expect((await knock(env.APP_SECRET)).status).toBe(200)
    expect(await depsOf(isolate).tenants.find({ kind: 'slug', value: 'demo' })).toBeUndefined()
  })
})

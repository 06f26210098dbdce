import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { serve } from '../../../src/app/fetch.ts'
import { createIsolate } from '../../../src/app/isolate.ts'
import { type World, createWorld } from '../../support/world.ts'

const read = (world: Pick<World, 'isolate'>, headers: Record<string, string> = {}) =>
  serve(world.isolate, new Request('https://127.0.0.1/metrics', { headers }))

const SAMPLE =
  /^([a-z_][a-z0-9_]*)(\{[a-z_]+="[^"\\\n]*"(?:,[a-z_]+="[^"\\\n]*")*\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/

const METHODS = ['GET', 'POST', 'DELETE', 'PROPFIND', 'REPORT', 'MKCOL', 'SEARCH']

/** The samples of the Prometheus text format; throws for a line that is none. */
function parse(text: string): { name: string; series: string; value: number }[] {
  const types = new Set<string>()
  const samples = []
  for (const line of text.trimEnd().split('\n')) {
    const type = /^# TYPE ([a-z_]+) (counter|gauge|histogram)$/.exec(line)
    if (type) {
      if (types.has(type[1] ?? '')) throw new Error(`a second type for ${line}`)
      types.add(type[1] ?? '')
      continue
    }
    const [, name = '', labels = '', value] = SAMPLE.exec(line) ?? []
    if (value === undefined) throw new Error(`not a sample: ${line}`)
    if (!types.has(name.replace(/_(bucket|sum|count)$/, '')) && !types.has(name))
      throw new Error(`no type before ${line}`)
    samples.push({ name, series: name + labels, value: Number(value) })
  }
  return samples
}

describe('metrics', () => {
  it('are Prometheus text: each sample has its type, each series its one line', async () => {
    const world = await createWorld()
    await world.anonymous.fetch('GET', '/api/v1/blog/posts')
    const answer = await read(world)
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const text = await answer.text()
    expect(text.endsWith('\n')).toBe(true)
    const samples = parse(text)
    expect(new Set(samples.map(({ series }) => series)).size).toBe(samples.length)
    const names = samples.map(({ name }) => name)
    for (const name of ['hits_total', 'entries', 'negative_entries', 'breaker_state'])
      expect(names).toContain(`rustok_tenant_cache_${name}`)
  })

  it('count requests by method and status', async () => {
    const world = await createWorld()
    const count = async () =>
      parse(await (await read(world)).text()).find(
        ({ series }) => series === 'rustok_http_requests_total{method="GET",status="4xx"}',
      )?.value ?? 0
    const before = await count()
    await world.anonymous.fetch('GET', '/nothing')
    expect(await count()).toBe(before + 1)
  })

  it('have no more series after thousands of paths, tenants, callers and methods', async () => {
    const world = await createWorld()
    const ask = (n: number) =>
      serve(
        world.isolate,
        new Request(`https://t${n}.rustok.test/api/v1/blog/posts/${n}?x=${n}`, {
          method: METHODS[n % METHODS.length] ?? '',
          headers: { 'cf-connecting-ip': `192.0.2.${n % 256}`, 'x-tenant-id': `t${n}` },
        }),
      )
    for (const n of METHODS.keys()) await ask(n)
    const before = parse(await (await read(world)).text()).length
    for (let n = 1; n < 2_000; n++) await ask(n)
    const samples = parse(await (await read(world)).text())
    expect(samples.length).toBeLessThanOrEqual(before + 2)
    expect(samples.find(({ name }) => name === 'rustok_metrics_dropped_total')?.value).toBe(0)
  }, 30_000)

  it('name nobody', async () => {
    const world = await createWorld()
    const manager = await world.as('manager')
    await manager.fetch('GET', '/api/v1/auth/me')
    const text = await (await read(world)).text()
    for (const secret of [world.slug, world.tenantId, manager.userId ?? '', 'manager@'])
      expect(text).not.toContain(secret)
  })

  it('need their token where one is set, and are not there in production without', async () => {
    const token = 'a-token-of-the-scraper'
    const guarded = {
      isolate: createIsolate(Object.assign({ ...env }, { SERVER_METRICS_TOKEN: token })),
    }
    expect((await read(guarded)).status).toBe(401)
    expect((await read(guarded, { authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await read(guarded, { authorization: `Bearer ${token}` })).status).toBe(200)
    const production = {
      isolate: createIsolate(Object.assign({ ...env }, { APP_ENV: 'production' })),
    }
    expect((await read(production)).status).toBe(404)
  })
})

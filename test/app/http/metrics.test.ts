import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { serve } from '../../../src/app/fetch.ts'
import { createIsolate } from '../../../src/app/isolate.ts'
import { metricCatalogue } from '../../../src/adapters/telemetry/catalogue.ts'
import { createMetrics } from '../../../src/adapters/telemetry/metrics.ts'
import { parsePrometheus } from '../../support/prometheus.ts'
import { type World, createWorld } from '../../support/world.ts'

const read = (world: Pick<World, 'isolate'>, headers: Record<string, string> = {}) =>
  serve(world.isolate, new Request('https://127.0.0.1/metrics', { headers }))

const METHODS = ['GET', 'POST', 'DELETE', 'PROPFIND', 'REPORT', 'MKCOL', 'SEARCH']

const parse = (text: string) => parsePrometheus(text).flatMap(({ samples }) => samples)

describe('metrics', () => {
  it('are Prometheus text: each sample has its type, each series its one line', async () => {
    const world = await createWorld()
    await world.anonymous.fetch('GET', '/api/v1/blog/posts')
    const answer = await read(world)
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const names = parse(await answer.text()).map(({ name }) => name)
    for (const name of ['hits_total', 'entries', 'negative_entries', 'breaker_state'])
      expect(names).toContain(`rustok_tenant_cache_${name}`)
  })

  it('say what they mean and for whom, with the labels that the reference names', async () => {
    const world = await createWorld()
    await world.as('manager')
    await world.drain()
    await world.tick()
    const families = parsePrometheus(await (await read(world)).text())
    expect(families.length).toBeGreaterThan(10)
    for (const { name, type, help, samples } of families) {
      const known = metricCatalogue[name]
      expect(known, name).toBeDefined()
      expect(type, name).toBe(known?.type)
      expect(help, name).toMatch(
        known?.scope === 'isolate' ? /\(isolate-local\)$/ : /\(deployment\)$/,
      )
      for (const { labels } of samples) {
        const { le: _, ...own } = labels
        expect(Object.keys(own).toSorted(), name).toEqual(known?.labels.toSorted())
      }
    }
  })

  it('stay below 2,000 series whatever 100,000 ids are put into labels, and count what is left out', () => {
    const metrics = createMetrics()
    for (let n = 0; n < 100_000; n++) {
      metrics.count('rustok_job_runs_total', { job: `job-${n}`, result: 'done' })
      metrics.observe('rustok_job_seconds', n % 7, { job: `job-${n}` })
    }
    metrics.count('rustok_job_runs_total', { job: 'job-0', result: 'done' })
    const samples = parse(metrics.render())
    expect(samples.length).toBeLessThan(2_000)
    expect(samples.length).toBeGreaterThan(1_500)
    const valueOf = (series: string) => samples.find((sample) => sample.series === series)?.value
    expect(valueOf('rustok_job_runs_total{job="job-0",result="done"}')).toBe(2)
    expect(valueOf('rustok_metrics_dropped_total')).toBeGreaterThan(190_000)
  })

  it('measure requests in buckets that add up', async () => {
    const metrics = createMetrics()
    for (const seconds of [0, 0.005, 0.006, 5, 60]) metrics.observe('rustok_job_seconds', seconds)
    const values = Object.fromEntries(
      parse(metrics.render()).map(({ name, labels, value }) => [labels['le'] ?? name, value]),
    )
    expect(values).toMatchObject({ '0.005': 2, '0.01': 3, '2.5': 3, '5': 4, '+Inf': 5 })
    expect(values['rustok_job_seconds_sum']).toBeCloseTo(65.011)
  })

  it('escape what a label must not hold', () => {
    const metrics = createMetrics()
    metrics.count('rustok_job_runs_total', { job: 'a"b\\c\nd', result: '' })
    expect(parse(metrics.render())[0]?.labels['job']).toBe(String.raw`a\"b\\c\nd`)
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

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TailedSpan, startTailed } from './support/tailed.ts'
import { until } from './support/until.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'

let tailed: Awaited<ReturnType<typeof startTailed>>

beforeAll(async () => {
  tailed = await startTailed()
})

afterAll(() => tailed.close())

describe('the spans of a request', () => {
  it('are the runtime’s: load and batch below the request, with our trace and no value of the query', async () => {
    const answer = await tailed.fetch('http://stranger-5f1f.rustok.test/api/v1/blog/posts', {
      headers: { traceparent: `00-${TRACE}-b7ad6b7169203331-01` },
    })
    expect(answer.status).toBe(404)
    expect(answer.headers.get('traceresponse')).toContain(TRACE)
    const named = async (name: string) => (await tailed.spans()).find((span) => span.name === name)
    await until(
      'the span of the request',
      async () => (await named('request'))?.attributes['http.route'] !== undefined,
    )
    expect(await named('request')).toMatchObject({
      attributes: {
        'http.request.method': 'GET',
        'http.route': 'listPosts',
        'http.response.status_code': 404,
        'rustok.parent_span_id': 'b7ad6b7169203331',
      },
    })
    expect(await named('cache.load')).toMatchObject({
      parent: 'request',
      attributes: { 'rustok.cache.key_kind': 'slug', 'rustok.cache.miss': true },
    })
    expect(await named('database.batch')).toMatchObject({
      parent: 'cache.load',
      attributes: {
        'db.namespace': 'primary',
        'db.operation.name': 'read',
        'db.operation.batch.size': 1,
        'rustok.db.rows_written': 0,
      },
    })
    const own = (await tailed.spans()).filter(isOurs)
    expect(own.map(({ name }) => name).toSorted()).toEqual([
      'cache.load',
      'database.batch',
      'request',
    ])
    for (const { attributes } of own) expect(attributes['rustok.trace_id']).toBe(TRACE)
    expect(JSON.stringify(own)).not.toContain('stranger-5f1f')
  })
})

function isOurs({ attributes }: TailedSpan): boolean {
  return 'rustok.trace_id' in attributes
}

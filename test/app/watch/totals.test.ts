import { describe, expect, it } from 'vitest'
import { aSink } from '../../support/mail.ts'
import { createWorld } from '../../support/world.ts'
import { chainWorld } from './support.ts'

/** A dataset that keeps its points: the one of the runtime tells nobody what it was given. */
function aDataset() {
  const points: AnalyticsEngineDataPoint[] = []
  return { points, writeDataPoint: (point: AnalyticsEngineDataPoint) => void points.push(point) }
}

describe('a data point', () => {
  it('is written for a request: its tenant, operation, status, method and cost, and no path', async () => {
    const METRICS = aDataset()
    const world = await createWorld({ env: { METRICS } })
    METRICS.points.length = 0
    await world.anonymous.fetch('GET', '/api/v1/blog/posts?limit=3')
    await world.anonymous.fetch('GET', '/wp-login.php')
    expect(METRICS.points).toEqual([
      {
        indexes: [world.tenantId],
        blobs: ['request', 'listPosts', '200', 'GET'],
        doubles: [0, 1, expect.any(Number), 0],
      },
      { indexes: [''], blobs: ['request', 'none', '404', 'GET'], doubles: [0, 0, 0, 0] },
    ])
  })

  it('is written for each delivery, job, webhook and mail, of a size that the platform takes', async () => {
    const METRICS = aDataset()
    const world = await chainWorld(aSink(), aSink({ status: 202, body: { results: [] } }), {
      METRICS,
    })
    const manager = await world.as('manager')
    await world.drain()
    METRICS.points.length = 0
    await manager.json('POST', '/api/v1/blog/posts', { body: { title: 'Counted', body: 'x' } })
    await world.drain()
    const told = METRICS.points.map(({ blobs = [] }) => blobs.map(String).join(' ').trimEnd())
    expect(told.toSorted()).toEqual([
      'delivery trial:call_out ok blog.post.created',
      'job trial:call_out done',
      'mail mailchannels sent auth/password-reset',
      'request createPost 201 POST',
      'webhook  200',
    ])
    for (const { indexes, blobs = [], doubles = [] } of METRICS.points) {
      expect(indexes).toEqual([world.tenantId])
      expect(blobs.map(String).join('').length).toBeLessThan(1_024)
      expect([blobs.length, doubles.length]).toEqual([4, 4])
    }
  })

  it('that cannot be written fails nothing, and a deployment may do without', async () => {
    const METRICS = {
      writeDataPoint: () => {
        throw new Error('too many data points')
      },
    }
    for (const env of [{ METRICS }, { METRICS: undefined }]) {
      const world = await createWorld({ env })
      const answer = await world.anonymous.fetch('GET', '/api/v1/blog/posts')
      expect(answer.status).toBe(200)
    }
  })
})

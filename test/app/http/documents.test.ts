import { describe, expect, it } from 'vitest'
import { mountedRoutes } from '../../../src/app/routes.ts'
import { createWorld } from '../../support/world.ts'

describe('/openapi.json', () => {
  it('describes every route of the Worker that answers it', async () => {
    const world = await createWorld()
    const document = await world.anonymous.json<{ openapi: string; paths: object }>(
      'GET',
      '/openapi.json',
    )
    expect(document.openapi).toBe('3.1.0')
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    const routes = mountedRoutes().map(({ path, route }) => `${route.method} ${path}`)
    expect(new Set(operations)).toEqual(new Set(routes))
  })

  it('may be kept for a minute', async () => {
    const world = await createWorld()
    const { headers } = await world.anonymous.fetch('GET', '/openapi.json')
    expect(headers.get('cache-control')).toBe('public, max-age=60')
  })
})

describe('a deployment without documentation', () => {
  it.each(['/docs', '/openapi.json', '/assets/docs/openapi.json', '/assets/docs%2Fopen%61pi.json'])(
    'does not answer %s',
    async (path) => {
      const world = await createWorld({ env: { SERVER_DOCS: 'false' } })
      expect((await world.anonymous.fetch('GET', path)).status).toBe(404)
    },
  )
})

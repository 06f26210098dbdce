import { Hono } from 'hono'

interface Bindings {
  readonly FILES: R2Bucket
}

/** Objects as the bucket takes and gives them. */
export const objects = new Hono<{ Bindings: Bindings }>()

objects.put('/objects/:key', async (c) => {
  const { key } = c.req.param()
  const object = await c.env.FILES.put(key, c.req.raw.body)
  return c.json({ key, size: object?.size })
})

objects.get('/objects/:key', async (c) => {
  const object = await c.env.FILES.get(c.req.param('key'))
  return object ? c.body(object.body) : c.notFound()
})

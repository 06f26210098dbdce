import { type Context, Hono } from 'hono'
import { AppError, errors } from '../../kernel/errors.ts'
import { mountedRoutes } from '../routes.ts'
import type { Incoming } from './call.ts'
import { dispatch } from './dispatch.ts'
import { systemRoutes } from './system.ts'

/** The router's environment is the request as it came in. */
interface RouterEnv {
  Bindings: Incoming
}

/** Builds the router; every path answers 405 with `Allow` to the methods that it does not know. */
export function createRouter(): Hono<RouterEnv> {
  const app = new Hono<RouterEnv>()
  const allowed = new Map<string, Set<string>>()
  const mount = (
    method: string,
    path: string,
    handle: (c: Context<RouterEnv>) => Promise<Response>,
  ) => {
    const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1')
    app.on(method.toUpperCase(), pattern, handle)
    const methods = allowed.get(pattern) ?? new Set()
    methods.add(method.toUpperCase())
    allowed.set(pattern, methods)
  }
  for (const route of systemRoutes) {
    mount(route.method, route.path, (c) => {
      c.env.facts.route = route.path
      return route.handle(c.env, c.req.param())
    })
  }
  for (const mounted of mountedRoutes()) {
    mount(mounted.route.method, mounted.path, (c) => dispatch(c.env, mounted, c.req.param()))
  }
  for (const [pattern, methods] of allowed) {
    const allow = [...methods, ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
    app.all(pattern, (c) => refuseMethod(c.req.method, allow))
  }
  app.notFound(() => {
    throw new AppError(errors.notFound)
  })
  app.onError((error) => {
    throw error
  })
  return app
}

function refuseMethod(method: string, allow: string): Response {
  if (method === 'OPTIONS') return new Response(null, { status: 204, headers: { Allow: allow } })
  throw new AppError(errors.methodNotAllowed, { headers: { Allow: allow } })
}

let router: Hono<RouterEnv> | undefined

/** Routes a request; the router is built once per isolate, synchronously. */
export async function route(incoming: Incoming): Promise<Response> {
  router ??= createRouter()
  return router.fetch(incoming.request, incoming)
}

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

type Handle = (c: Context<RouterEnv>) => Promise<Response>

/** Builds the router; every path answers 405 with `Allow` to the methods that it does not know. */
function createRouter(): Hono<RouterEnv> {
  const app = new Hono<RouterEnv>()
  const mounted = new Map<string, Map<string, Handle>>()
  const told = new Map<string, Readonly<Record<string, string>>>()
  const patternOf = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1')
  const mount = (method: string, path: string, handle: Handle) => {
    const pattern = patternOf(path)
    const handles = mounted.get(pattern) ?? new Map<string, Handle>()
    mounted.set(pattern, handles.set(method.toUpperCase(), handle))
  }
  for (const route of systemRoutes) {
    mount(route.method, route.path, (c) => {
      c.env.facts.route = route.path
      return route.handle(c.env, c.req.param())
    })
  }
  for (const entry of mountedRoutes()) {
    mount(entry.route.method, entry.path, (c) => dispatch(c.env, entry, c.req.param()))
    const { options } = entry.route.headers ?? {}
    if (options) told.set(patternOf(entry.path), options)
  }
  // Concrete paths go before templated ones that match them too (OpenAPI 3.1, Paths Object).
  for (const [pattern, handles] of [...mounted].sort(byParameters)) {
    for (const [method, handle] of handles) app.on(method, pattern, handle)
    const methods = [...handles.keys(), ...(handles.has('GET') ? ['HEAD'] : []), 'OPTIONS']
    const headers = { Allow: methods.join(', '), ...told.get(pattern) }
    app.all(pattern, (c) => refuseMethod(c.req.method, headers))
  }
  app.notFound(() => {
    throw new AppError(errors.notFound)
  })
  app.onError((error) => {
    throw error
  })
  return app
}

function byParameters([left]: readonly [string, unknown], [right]: readonly [string, unknown]) {
  return left.split(':').length - right.split(':').length
}

function refuseMethod(method: string, headers: Readonly<Record<string, string>>): Response {
  if (method === 'OPTIONS') return new Response(null, { status: 204, headers })
  throw new AppError(errors.methodNotAllowed, { headers })
}

let router: Hono<RouterEnv> | undefined

/** Routes a request; the router is built once per isolate, synchronously. */
export async function route(incoming: Incoming): Promise<Response> {
  router ??= createRouter()
  return router.fetch(incoming.request, incoming)
}

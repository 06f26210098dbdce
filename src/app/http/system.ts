import { AppError, errors } from '../../kernel/errors.ts'
import { equalTexts } from '../../kernel/cursor.ts'
import { errorCatalogue } from '../catalogue.ts'
import { health } from '../health.ts'
import { modules } from '../modules.ts'
import { graphqlRoutes } from '../graphql/index.ts'
import { openApiDocument } from '../openapi/index.ts'
import { ACCOUNT_PAGES, accountPage } from '../pages/account.ts'
import { docsPage } from '../pages/docs.ts'
import { mailFeedbackRoute } from '../mail-feedback.ts'
import { devRoutes } from '../dev/index.ts'
import type { Incoming } from './call.ts'
import { ingressRoutes } from './ingress.ts'
import { databaseMetrics } from './database-metrics.ts'
import { mediaRoutes } from './media.ts'
import { page } from './page.ts'
import type { SystemRoute } from './system-route.ts'
import { entityTag } from './conditional.ts'
import { toResponse } from './respond.ts'

/** The routes that belong to no module and to no tenant. */
export const systemRoutes: readonly SystemRoute[] = [
  { method: 'get', path: '/health', handle: async ({ isolate }) => json(health.summary(isolate)) },
  { method: 'get', path: '/health/live', handle: async () => json({ status: 'ok' }) },
  { method: 'get', path: '/health/ready', handle: readiness },
  {
    method: 'get',
    path: '/health/modules',
    handle: async ({ isolate }) => json(await health.modules(isolate)),
  },
  { method: 'get', path: '/metrics', handle: metrics },
  { method: 'get', path: '/openapi.json', handle: openApi },
  { method: 'get', path: '/docs', handle: docs },
  { method: 'get', path: '/account/{page}', handle: account },
  { method: 'get', path: '/problems/{code}', handle: problem },
  { method: 'get', path: '/assets/:path{.+}', handle: asset },
  mailFeedbackRoute,
  ...ingressRoutes,
  ...mediaRoutes,
  ...graphqlRoutes,
  ...devRoutes,
]

async function readiness({ isolate }: Incoming): Promise<Response> {
  const report = await health.ready(isolate)
  return json(report, report.status === 'unhealthy' ? 503 : 200)
}

async function metrics({ isolate, request }: Incoming): Promise<Response> {
  const { metricsToken } = isolate.config.server
  const given = request.headers.get('authorization') ?? ''
  const allowed =
    metricsToken === undefined
      ? isolate.config.app.env !== 'production'
      : equalTexts(given, `Bearer ${metricsToken}`)
  if (!allowed)
    throw new AppError(metricsToken === undefined ? errors.notFound : errors.unauthenticated)
  const stored = await databaseMetrics(isolate)
  return new Response(isolate.shared.telemetry.render() + stored, {
    headers: {
      'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
      'Cache-Control': 'no-store',
    },
  })
}

async function openApi({ isolate, request }: Incoming): Promise<Response> {
  requireDocs(isolate.config.server.docs)
  const body = new TextEncoder().encode(openApiDocument())
  const etag = entityTag(body, undefined)
  const headers = new Headers({
    'Content-Type': 'application/json',
    'Cache-Control': 'public, max-age=60',
    ETag: etag,
  })
  return toResponse(request, { status: 200, headers, body, etag })
}

async function docs({ isolate }: Incoming): Promise<Response> {
  requireDocs(isolate.config.server.docs)
  return page(docsPage())
}

/** What links of mails lead to. */
async function account(_: Incoming, params: Readonly<Record<string, string>>): Promise<Response> {
  if (!ACCOUNT_PAGES.includes(params['page'] ?? '')) throw new AppError(errors.notFound)
  return page(accountPage())
}

/** What a problem's `type` leads to. */
async function problem(_: Incoming, params: Readonly<Record<string, string>>): Promise<Response> {
  const definition = errorCatalogue(modules).find((entry) => entry.code === params['code'])
  if (!definition) throw new AppError(errors.notFound)
  return json(definition)
}

/** Our own static files; nothing is loaded from elsewhere. */
async function asset({ isolate, request }: Incoming): Promise<Response> {
  const url = new URL(request.url)
  url.pathname = url.pathname.replace(/^\/assets/, '')
  const found = await isolate.env.ASSETS.fetch(
    new Request(url, { method: request.method, headers: request.headers }),
  )
  if (found.status !== 200 && found.status !== 304) throw new AppError(errors.notFound)
  return new Response(found.body, found)
}

function requireDocs(enabled: boolean): void {
  if (!enabled) throw new AppError(errors.notFound)
}

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
  })
}

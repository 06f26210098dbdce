import { AppError, errors } from '../../kernel/errors.ts'
import { equalTexts } from '../../kernel/cursor.ts'
import { errorCatalogue } from '../catalogue.ts'
import { health } from '../health.ts'
import { modules } from '../modules.ts'
import { graphqlRoutes } from '../graphql/index.ts'
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

/** How long a document may be kept that changes with a deployment only. */
const DOCUMENT_CACHE = 'public, max-age=60'

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

async function openApi(incoming: Incoming): Promise<Response> {
  requireDocs(incoming)
  const document = await fileAt(incoming, '/docs/openapi.json')
  document.headers.set('Cache-Control', DOCUMENT_CACHE)
  return document
}

async function docs(incoming: Incoming): Promise<Response> {
  requireDocs(incoming)
  return tagged(incoming.request, page(docsPage()))
}

/** What links of mails lead to. */
async function account(
  { request }: Incoming,
  params: Readonly<Record<string, string>>,
): Promise<Response> {
  if (!ACCOUNT_PAGES.includes(params['page'] ?? '')) throw new AppError(errors.notFound)
  return tagged(request, page(accountPage()))
}

/** What a problem's `type` leads to. */
async function problem(
  { request }: Incoming,
  params: Readonly<Record<string, string>>,
): Promise<Response> {
  const definition = errorCatalogue(modules).find((entry) => entry.code === params['code'])
  if (!definition) throw new AppError(errors.notFound)
  return tagged(request, jsonOf(JSON.stringify(definition), DOCUMENT_CACHE))
}

/** A document with its entity tag, or 304 where the client has it. */
async function tagged(request: Request, document: Response): Promise<Response> {
  const { status, headers } = document
  const body = await document.bytes()
  const etag = entityTag(body, undefined)
  headers.set('ETag', etag)
  return toResponse(request, { status, headers, body, etag })
}

/** Our own static files; nothing is loaded from elsewhere. */
async function asset(
  incoming: Incoming,
  params: Readonly<Record<string, string>>,
): Promise<Response> {
  if (params['path']?.endsWith('openapi.json')) requireDocs(incoming)
  return fileAt(incoming, incoming.url.pathname.replace(/^\/assets/, ''))
}

async function fileAt({ isolate, request, url }: Incoming, path: string): Promise<Response> {
  const { method, headers } = request
  const found = await isolate.env.ASSETS.fetch(new Request(new URL(path, url), { method, headers }))
  if (found.status !== 200 && found.status !== 304) throw new AppError(errors.notFound)
  return new Response(found.body, found)
}

function requireDocs({ isolate }: Incoming): void {
  if (!isolate.config.server.docs) throw new AppError(errors.notFound)
}

function json(body: unknown, status = 200): Response {
  return jsonOf(JSON.stringify(body), 'no-store', status)
}

function jsonOf(text: string, cacheControl: string, status = 200): Response {
  return new Response(text, {
    status,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': cacheControl },
  })
}

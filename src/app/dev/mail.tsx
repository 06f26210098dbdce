import type { TenantSnapshot } from '../../kernel/context.ts'
import { AppError, errors } from '../../kernel/errors.ts'
import { LAST_MAIL_LOCALE, type MailDefinition, mailLocale } from '../../kernel/mail.ts'
import { renderMail } from '../../modules/mail/index.ts'
import { baseDomainOf } from '../../modules/tenants/index.ts'
import type { Incoming } from '../http/call.ts'
import type { SystemRoute } from '../http/system-route.ts'
import { modules } from '../modules.ts'
import { MailPage, MailboxPage, PreviewPage, PreviewsPage, mailStyle } from './mail-pages.tsx'
import { capturedMail, capturedMails } from './mailbox.ts'

type Handle = SystemRoute['handle']

const get = (path: string, handle: Handle): SystemRoute => ({
  method: 'get',
  path: `/dev/mail${path}`,
  handle: async (incoming, params) => {
    requireOwnHost(incoming)
    return handle(incoming, params)
  },
})

/**
 * The mailbox of development: what was sent, as pages and as JSON, and every declared message with
 * its example.
 */
export function mailRoutes(): SystemRoute[] {
  return [
    get('', mailbox),
    get('/style.css', style),
    get('/messages', async ({ isolate }) =>
      Response.json({ items: await capturedMails(isolate.env.FILES) }),
    ),
    get('/messages/{id}', async (incoming, params) =>
      Response.json(await mailOf(incoming, params['id'])),
    ),
    get('/preview', previews),
    get('/preview/{module}/{action}', preview),
    get('/preview/{module}/{action}/html', previewHtml),
    get('/{id}', mail),
    get('/{id}/html', async (incoming, params) =>
      frame((await mailOf(incoming, params['id'])).html),
    ),
  ]
}

async function style(): Promise<Response> {
  return new Response(mailStyle, { headers: { 'Content-Type': 'text/css; charset=utf-8' } })
}

async function mailbox({ isolate }: Incoming): Promise<Response> {
  return page(<MailboxPage mails={await capturedMails(isolate.env.FILES)} />)
}

async function mail(
  incoming: Incoming,
  params: Readonly<Record<string, string>>,
): Promise<Response> {
  return page(<MailPage mail={await mailOf(incoming, params['id'])} />)
}

async function mailOf({ isolate }: Incoming, id: string | undefined) {
  const found = id === undefined ? undefined : await capturedMail(isolate.env.FILES, id)
  if (!found) throw new AppError(errors.notFound)
  return found
}

async function previews(): Promise<Response> {
  return page(<PreviewsPage mails={declared()} />)
}

async function preview(
  incoming: Incoming,
  params: Readonly<Record<string, string>>,
): Promise<Response> {
  const { definition, locale, rendered } = await renderExample(incoming, params)
  return page(<PreviewPage definition={definition} locale={locale} mail={rendered} />)
}

async function previewHtml(
  incoming: Incoming,
  params: Readonly<Record<string, string>>,
): Promise<Response> {
  return frame((await renderExample(incoming, params)).rendered.html)
}

/** A tenant that nobody has, so that previews are the same everywhere. */
const example: TenantSnapshot = {
  id: '',
  slug: 'example',
  name: 'Example',
  status: 'active',
  version: 0,
  isControl: false,
  shard: '',
  webhookEndpoints: 0,
  hosts: ['example.com'],
  origins: [],
  defaultLocale: LAST_MAIL_LOCALE,
  locales: [],
  modules: {},
  roles: {},
  settings: {},
}

async function renderExample(
  { isolate, request }: Incoming,
  { module = '', action = '' }: Readonly<Record<string, string>>,
) {
  const definition = declared().find(({ name }) => name === `${module}/${action}`)
  if (!definition) throw new AppError(errors.notFound)
  const asked = new URL(request.url).searchParams.get('locale') ?? LAST_MAIL_LOCALE
  const locale = mailLocale(definition.texts, [asked])
  const wish = { definition, locale, props: definition.example }
  const rendered = await renderMail(isolate.shared.settings, example, wish)
  return { definition, locale, rendered }
}

function declared(): MailDefinition[] {
  return modules.flatMap(({ mails }) => mails)
}

/** A name that somebody else lets lead here (DNS rebinding) shows them no mails. */
function requireOwnHost({ isolate, request }: Incoming): void {
  const { hostname } = new URL(request.url)
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  if (!isLocal && baseDomainOf(hostname, isolate.config.server.baseDomains) === undefined)
    throw new AppError(errors.notFound)
}

async function page(markup: { toString(): string | Promise<string> }): Promise<Response> {
  return html(
    await markup.toString(),
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'DENY',
  )
}

/** A mail's own HTML: no script runs in it, it has no origin, and only our pages show it. */
function frame(markup: string): Response {
  return html(
    markup,
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    'SAMEORIGIN',
  )
}

function html(markup: string, policy: string, frames: 'DENY' | 'SAMEORIGIN'): Response {
  return new Response(markup.startsWith('<!doctype') ? markup : `<!doctype html>${markup}`, {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': policy,
      'X-Frame-Options': frames,
    },
  })
}

import type { KeepMail } from '../../adapters/mailer/memory.ts'
import { AppError, errors } from '../../kernel/errors.ts'
import { equalTexts } from '../../kernel/cursor.ts'
import type { Incoming } from '../http/call.ts'
import type { SystemRoute } from '../http/system-route.ts'
import { ensureControl } from '../lifecycle/initialize.ts'
import { seed } from '../lifecycle/seed.ts'
import { truncate } from '../lifecycle/truncate.ts'
import { mailRoutes } from './mail.tsx'
import { createKeep, forgetMails } from './mailbox.ts'

/** Set by `[define]` in wrangler.toml; false in production, where these routes are not in the bundle. */
declare const DEV_DOORS: boolean

/** Doors for local work: they are opened by the deployment's own secret. */
export const devRoutes: readonly SystemRoute[] = DEV_DOORS
  ? [
      { method: 'post', path: '/_dev/seed', handle: seedDoor },
      { method: 'post', path: '/_dev/truncate', handle: truncateDoor },
      ...mailRoutes(),
    ]
  : []

/** Where the provider `memory` keeps mails: in the mailbox; outside local work there is none. */
export const keepMailIn: (files: R2Bucket) => KeepMail = DEV_DOORS ? createKeep : refuseMails

/** Removes the mails of a tenant from the mailbox; outside local work there is none. */
export const forgetMailsIn: (files: R2Bucket) => (tenantId: string) => Promise<void> = DEV_DOORS
  ? (files) => (tenantId) => forgetMails(files, tenantId)
  : () => async () => undefined

function refuseMails(): KeepMail {
  return async () => {
    throw new Error('this build has no mailbox')
  }
}

async function seedDoor({ isolate, request, url }: Incoming): Promise<Response> {
  requireToken(request, isolate.config.app.secret)
  const profile = url.searchParams.get('profile') ?? 'dev'
  if (profile !== 'dev' && profile !== 'test' && profile !== 'minimal')
    throw new AppError(errors.badRequest)
  const { password } = isolate.config.demo
  if (password === undefined)
    throw new AppError(errors.badRequest, { detail: 'DEMO_PASSWORD is not set.' })
  const control = await ensureControl(isolate)
  return Response.json({ control, tenants: await seed(isolate, profile, password) })
}

async function truncateDoor({ isolate, request }: Incoming): Promise<Response> {
  requireToken(request, isolate.config.app.secret)
  await truncate(isolate)
  return Response.json({ status: 'ok' })
}

function requireToken(request: Request, secret: string): void {
  if (!equalTexts(request.headers.get('x-dev-token') ?? '', secret))
    throw new AppError(errors.notFound)
}

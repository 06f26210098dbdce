import { type MountedRoute, mountedRoutes } from '../../../src/app/routes.ts'
import type { Client } from '../../support/world.ts'
import { auditExamples } from './examples-audit.ts'
import { accountExamples } from './examples-account.ts'
import { blogExamples } from './examples-blog.ts'
import { deliveryExamples } from './examples-delivery.ts'
import { invitationExamples } from './examples-invitations.ts'
import { keyExamples } from './examples-keys.ts'
import { mailExamples } from './examples-mail.ts'
import { mediaExamples } from './examples-media.ts'
import { peopleExamples, tenantExamples } from './examples-people.ts'
import { rbacExamples } from './examples-rbac.ts'
import { scheduleExamples } from './examples-schedules.ts'
import { secondFactorExamples } from './examples-second-factor.ts'
import { sessionExamples } from './examples-sessions.ts'
import { transferExamples } from './examples-transfer.ts'
import { webhookExamples } from './examples-webhooks.ts'
import type { Example, Examples } from './example.ts'
import type { House } from './house.ts'

/** Every REST operation of the deployment. */
export const operations: readonly MountedRoute[] = mountedRoutes()

const examples: Examples = {
  ...tenantExamples,
  ...peopleExamples,
  ...accountExamples,
  ...rbacExamples,
  ...blogExamples,
  ...deliveryExamples,
  ...mailExamples,
  ...mediaExamples,
  ...invitationExamples,
  ...keyExamples,
  ...scheduleExamples,
  ...secondFactorExamples,
  ...sessionExamples,
  ...auditExamples,
  ...transferExamples,
  ...webhookExamples,
}

/** The operation of that name. Throws when there is none. */
export function operationNamed(operationId: string): MountedRoute {
  const found = operations.find(({ route }) => route.operationId === operationId)
  if (!found) throw new Error(`there is no operation ${operationId}`)
  return found
}

/**
 * Makes a call of the operation that succeeds, hands it to the work and undoes what would stand in
 * the way of other calls. Throws for an operation that nobody has made an example for.
 */
export async function withExample<Result>(
  house: House,
  operationId: string,
  work: (example: Example) => Promise<Result>,
): Promise<Result> {
  const arrange = examples[operationId]
  if (!arrange) {
    throw new Error(`${operationId} needs an example in test/suites/support/examples-*.ts`)
  }
  const example = await arrange(house)
  try {
    return await work(example)
  } finally {
    await example.undo?.()
  }
}

/** The path and query of a call. */
export function targetOf({ path }: MountedRoute, { params = {}, query = {} }: Example): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  )
  const search = new URLSearchParams(query).toString()
  return search === '' ? filled : `${filled}?${search}`
}

/** Sends the call, as somebody else and with other headers where they are given. */
export function send(
  mounted: MountedRoute,
  example: Example,
  by: { readonly as?: Client; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  const { route } = mounted
  return (by.as ?? example.as).fetch(route.method.toUpperCase(), targetOf(mounted, example), {
    ...(example.body === undefined ? {} : { body: example.body }),
    headers: {
      ...(route.ifMatch === 'required' ? { 'if-match': '*' } : {}),
      ...example.headers,
      ...by.headers,
    },
  })
}

/** The caller who may do anything where the operation is served. */
export function mightiest(house: House, { route }: MountedRoute): Promise<Client> {
  return route.controlOnly ? house.operator() : house.as('super_admin')
}

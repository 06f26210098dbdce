import { env } from 'cloudflare:workers'
import { seed } from '../../../src/app/lifecycle/seed.ts'
import { type HeldEvent, noteOutcomes, owedTo } from '../../../src/modules/events/index.ts'
import { keepLease } from '../../../src/modules/jobs/index.ts'
import { PASSWORD } from '../../support/world.ts'
import { sweepAudit } from './examples-audit.ts'
import { makeJob } from './examples-delivery.ts'
import { everyMail } from './every-mail.ts'
import { answerOf, ask, rootFields } from './fields.ts'
import { useKey } from './examples-keys.ts'
import { readerByRules } from './examples-rbac.ts'
import { useRecoveryCode } from './examples-second-factor.ts'
import { copyTenant } from './examples-transfer.ts'
import { readAndSweep } from './examples-media.ts'
import { deliverWebhooks } from './examples-webhooks.ts'
import type { House } from './house.ts'
import { pagedLists, pagedOperations } from './lists.ts'
import { NEVER_ID } from './never.ts'
import { operationNamed, operations, send, withExample } from './operations.ts'

/**
 * Does everything that the platform can do, so that every statement that it has is sent: every
 * operation over both doors, every list with every set of its filters and from its beginning and its
 * middle, and what nobody asks for: schedules, seeds and the finding of tenants.
 */
export async function everyStatement(house: House): Promise<void> {
  for (const { route } of operations) await operate(house, route.operationId)
  for (const field of rootFields) {
    await withExample(house, field.twin.route.operationId, async (example) => {
      const { errors } = await answerOf(await ask(example.as, field, example))
      if (errors) throw new Error(`${field.name} answered ${JSON.stringify(errors)}`)
    })
  }
  for (const { route } of pagedOperations) await listEverything(house, route.operationId)
  await deliverWebhooks(house)
  await readAndSweep(house)
  await house.home.tick()
  await disableAdministrator(house)
  await repeatByKey(house)
  await repeatTitles(house)
  await useKey(house)
  await useRecoveryCode(house)
  await findTenants(house)
  await deliverBadly(house)
  await syncRoles(house)
  await everyMail(house)
  await seed(house.home.isolate, 'dev', PASSWORD)
  await copyTenant(house)
  await passTime(house)
  await sweepAudit(house)
}

/** Writes what is named alike, whose slugs are made. */
async function repeatTitles(house: House): Promise<void> {
  const editor = await house.as('manager')
  const body = { title: house.name(), body: 'A text.' }
  await editor.json('POST', '/api/v1/blog/posts', { body })
  await editor.json('POST', '/api/v1/blog/posts', { body })
}

/** Ends an administrator of whom the tenant has another. */
async function disableAdministrator(house: House): Promise<void> {
  const admin = await house.as('admin')
  const email = `${house.name()}@people.example`
  const body = { email, name: 'Another', password: 'three blind mice run', roles: ['admin'] }
  const { id } = await admin.json<{ id: string }>('POST', '/api/v1/auth/users', { body })
  await admin.json('PATCH', `/api/v1/auth/users/${id}`, {
    body: { status: 'disabled' },
    headers: { 'if-match': '*' },
  })
}

/** Sends one write twice under one key: by one caller after the other, and at the same time. */
async function repeatByKey(house: House): Promise<void> {
  const admin = await house.as('admin')
  const create = (key: string, name: string) =>
    admin.fetch('POST', '/api/v1/blog/authors', {
      body: { name },
      headers: { 'idempotency-key': key },
    })
  const [key, name] = [house.name(), house.name()]
  await create(key, name)
  await create(key, name)
  const [other, together] = [house.name(), house.name()]
  await Promise.all([create(other, together), create(other, together)])
}

/** Asks for the tenant of a host and of a browser's origin that nobody has. */
async function findTenants(house: House): Promise<void> {
  const { anonymous } = house.home
  await anonymous.fetch('GET', `https://${house.name()}.example/api/v1/blog/posts`)
  const preflight = { origin: 'https://shop.example', 'access-control-request-method': 'GET' }
  await anonymous.fetch('OPTIONS', 'https://rustok.test/api/v1/blog/posts', { headers: preflight })
}

/** Brings a role up to the release after it has lost something. */
async function syncRoles(house: House): Promise<void> {
  const { tenantId } = house.home
  await env.DB.prepare('DELETE FROM role_permissions WHERE tenant_id = ? AND permission = ?')
    .bind(tenantId, 'tags:manage')
    .run()
  await house.home.deps().tenants.refresh(tenantId)
  await operate(house, 'run_rbac_sync')
}

/** Lets what is due by the clock come, and something become too old. */
async function passTime(house: House): Promise<void> {
  const { home } = house
  await home.anonymous.fetch('GET', '/health/ready')
  home.clock.advance(60_000)
  await home.tick()
  await env.DB.prepare('UPDATE outbox SET settled_at = 1 WHERE tenant_id = ? AND settled_at > 0')
    .bind(home.tenantId)
    .run()
  await operate(house, 'run_cleanup')
  const operator = await house.operator()
  await operator.json('POST', '/api/v1/tenants/tasks/erase', { body: {} })
}

/** What becomes of an event and a job whose workers fail, and the figures of it. */
async function deliverBadly(house: House): Promise<void> {
  const { home } = house
  const deps = home.deps()
  const held = {
    tenantId: home.tenantId,
    id: NEVER_ID,
    lease: NEVER_ID,
    attempts: 2,
    waiting: null,
  }
  await owedTo(deps, held, [])
  const failure = { ...held, dueAt: 0, deadAt: null, error: 'down', counts: true }
  const event = { ...NEVER_HELD, ...held }
  await noteOutcomes(deps, [{ kind: 'failed', event, failure, handled: ['never:was'] }], 0)
  await keepLease(deps, held, { now: 0 }).catch(() => undefined)
  const id = await makeJob(house, 'queued')
  await env.DB.prepare("UPDATE jobs SET state = 'running' WHERE id = ?").bind(id).run()
  await (await house.as('admin')).json('POST', `/api/v1/jobs/${id}/cancel`)
  await home.anonymous.fetch('GET', 'https://127.0.0.1/metrics')
}

/** An event that was never held. */
const NEVER_HELD: HeldEvent = {
  id: NEVER_ID,
  type: 'never.thing.was',
  version: 1,
  tenantId: NEVER_ID,
  aggregateType: 'thing',
  aggregateId: NEVER_ID,
  aggregateVersion: 1,
  actorKind: 'system',
  actorId: null,
  correlationId: NEVER_ID,
  causationId: null,
  traceId: NEVER_ID,
  occurredAt: 0,
  payload: '{}',
  payloadKey: null,
  attempts: 1,
  lease: NEVER_ID,
  waiting: null,
}

async function operate(house: House, operationId: string): Promise<void> {
  await withExample(house, operationId, async (example) => {
    const response = await send(operationNamed(operationId), example)
    if (!response.ok) throw new Error(`${operationId} answered ${await response.text()}`)
  })
}

/** A list by every set of its filters, by everybody, from its beginning and from its middle. */
async function listEverything(house: House, operationId: string): Promise<void> {
  const mounted = operationNamed(operationId)
  const { add, params } = pagedLists[operationId] ?? {}
  await add?.(house)
  await withExample(house, operationId, async ({ as, query = {} }) => {
    const callers = [
      as,
      house.home.anonymous,
      await house.as('manager'),
      await house.as('customer'),
      ...(operationId === 'listPosts' ? [await readerByRules(house)] : []),
    ]
    for (const filters of subsetsOf(Object.entries(query))) {
      for (const caller of callers) {
        const given = { ...Object.fromEntries(filters), limit: '1' }
        const call = { as: caller, params: (await params?.(house)) ?? {} }
        const response = await send(mounted, { ...call, query: given })
        if (!response.ok) continue
        const { nextCursor } = await response.json<{ nextCursor: string | null }>()
        if (nextCursor === null) continue
        await send(mounted, { ...call, query: { ...given, cursor: nextCursor } })
      }
    }
  })
}

function subsetsOf<Item>(items: readonly Item[]): Item[][] {
  const [first, ...rest] = items
  if (first === undefined) return [[]]
  return subsetsOf(rest).flatMap((subset) => [subset, [first, ...subset]])
}

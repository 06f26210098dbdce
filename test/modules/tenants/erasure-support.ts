import { env } from 'cloudflare:workers'
import { Webhook } from 'standardwebhooks'
import { limits } from '../../../src/kernel/limits.ts'
import { sealOwed } from '../../../src/modules/audit/index.ts'
import type { World } from '../../support/world.ts'
import { tablesOfDatabase } from '../../suites/support/database.ts'
import { deliverWebhooks } from '../../suites/support/examples-webhooks.ts'
import type { House } from '../../suites/support/house.ts'
import { operations, send, withExample } from '../../suites/support/operations.ts'
import type { Control } from './control.ts'

/** Ends the session of the others, or makes and ends tenants. */
const NOT_ASKED = /^(logout|run_tenants_\w+)$/

/** Does through the front door all that a tenant's callers can change. */
export async function fillHouse(house: House): Promise<void> {
  const writes = operations.filter(
    ({ route }) =>
      route.method !== 'get' && !route.controlOnly && !NOT_ASKED.test(route.operationId),
  )
  for (const mounted of writes) {
    await withExample(house, mounted.route.operationId, (example) => send(mounted, example))
  }
  await deliverWebhooks(house)
  const { home } = house
  await home.drain()
  await sealOwed(home.deps(), home.clock.now(), home.tenantId)
}

/** Sends a webhook in that is too large for a row, so that its payload becomes an object. */
export async function sendLarge(world: World): Promise<void> {
  const admin = await world.as('admin')
  const slug = `large-${world.slug}`.slice(0, 40)
  const made = await admin.json<{ secret: string }>('POST', '/api/v1/webhooks/sources', {
    body: { slug },
  })
  const text = world.slug.repeat(limits.events.payloadInRow / world.slug.length + 1)
  const body = JSON.stringify({ type: 'large', text })
  const at = new Date(world.clock.now())
  await world.anonymous.json('POST', `/api/v1/webhooks/in/${slug}`, {
    body,
    headers: {
      'webhook-id': 'large',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(made.secret).sign('large', at, body),
    },
  })
}

/** The names of the tables in which one of the texts stands anywhere. */
export async function tablesWith(...texts: string[]): Promise<string[]> {
  const tables = await tablesOfDatabase()
  const answers = await env.DB.batch<{ n: number }>(
    tables.map(({ name, columns }) => {
      const row = columns.map((column) => `coalesce("${column.split(' ')[0]}", '')`).join(`||'|'||`)
      const found = texts.map((_, index) => `instr(${row}, ?${index + 1}) > 0`).join(' OR ')
      return env.DB.prepare(`SELECT count(*) AS n FROM "${name}" WHERE ${found}`).bind(...texts)
    }),
  )
  return tables.flatMap(({ name }, index) => ((answers[index]?.results[0]?.n ?? 0) > 0 ? name : []))
}

/** The tables that hold rows of tenants. */
export async function ownedTables(): Promise<string[]> {
  const tables = await tablesOfDatabase()
  return tables
    .filter(({ columns }) => columns.some((column) => column.startsWith('tenant_id ')))
    .map(({ name }) => name)
}

/** The keys of objects of a tenant. */
export async function objectsOf(tenantId: string): Promise<string[]> {
  const { objects } = await env.FILES.list({ prefix: `${tenantId}/` })
  return objects.map(({ key }) => key)
}

/** The keys in the shared cache that name a tenant or a host of it. */
export async function cachedUnder(...texts: string[]): Promise<string[]> {
  const names: string[] = []
  let cursor: string | undefined
  do {
    const page = await env.CACHE.list({ prefix: 'tenant:', ...(cursor ? { cursor } : {}) })
    names.push(...page.keys.map(({ name }) => name))
    cursor = page.list_complete ? undefined : page.cursor
  } while (cursor)
  return names.filter((name) => texts.some((text) => name.includes(text)))
}

/** What the operators have been told of the end of a tenant. */
export async function endsOf(
  { world }: Pick<Control, 'world'>,
  tenantId: string,
): Promise<{ events: string[]; audit: Record<string, unknown>[] }> {
  const events = await world.rows<{ type: string }>(
    'SELECT type FROM outbox WHERE tenant_id = ? AND aggregate_id = ?',
    world.tenantId,
    tenantId,
  )
  const audit = await world.rows<{ changes: string }>(
    'SELECT changes FROM audit_log WHERE tenant_id = ? AND target_id = ?',
    world.tenantId,
    tenantId,
  )
  return {
    events: events.map(({ type }) => type),
    audit: audit.map(({ changes }) => JSON.parse(changes)),
  }
}

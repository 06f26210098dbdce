import { env } from 'cloudflare:workers'
import { endControl } from '../../support/no-control.ts'
import { type Client, type World, createWorld } from '../../support/world.ts'

/** A tenant as the API tells it. */
export interface Tenant {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly status: string
  readonly version: number
}

/** The control tenant with an operator, and what operators' tests do again and again. */
export interface Control {
  readonly world: World
  readonly operator: Client
  /** A slug or a key that nothing has yet. */
  readonly fresh: () => string
  readonly create: (body?: Readonly<Record<string, unknown>>) => Promise<Tenant>
}

/** Makes a new control tenant; one of an earlier test file becomes an ordinary tenant. */
export async function createControl(bindings: Record<string, unknown> = {}): Promise<Control> {
  await endControl()
  return controlOf(await createWorld({ isControl: true, env: bindings }))
}

/** The same, with a clock by which its tenants are newer than those of every other test. */
export async function createNewestControl(): Promise<Control> {
  await endControl()
  const startsAt = Math.max(Date.now(), (await newestTenant()) + 1_000)
  return controlOf(await createWorld({ isControl: true, startsAt }))
}

async function controlOf(world: World): Promise<Control> {
  const operator = await world.as('super_admin')
  let number = 0
  const fresh = () => `${world.slug}-${(number += 1)}`
  return {
    world,
    operator,
    fresh,
    create: (body = {}) =>
      operator.json('POST', '/api/v1/tenants', { body: { slug: fresh(), name: 'Acme', ...body } }),
  }
}

/** When the newest tenant was made: another test may have made it in a time to come. */
async function newestTenant(): Promise<number> {
  const sql = 'SELECT max(created_at) AS at FROM tenants'
  return (await env.DB.prepare(sql).first<number>('at')) ?? 0
}

/** What a refusal says: status, code and the places of the input that are wrong. */
export async function problem(
  response: Response,
): Promise<{ status: number; code: string; pointers: string[] }> {
  const body = await response.json<{ code: string; errors?: { pointer: string }[] }>()
  const pointers = (body.errors ?? []).map(({ pointer }) => pointer)
  return { status: response.status, code: body.code, pointers }
}

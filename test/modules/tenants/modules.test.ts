import * as z from 'zod'
import { describe, expect, it } from 'vitest'
import {
  configureModule,
  disableModule,
  enableModule,
  listModules,
} from '../../../src/modules/tenants/modules/service.ts'
import { settingsOver } from '../../../src/modules/tenants/service/settings.ts'
import { provisionTenant } from '../../../src/modules/tenants/index.ts'
import { defineModule } from '../../../src/ports/module.ts'
import { createWorld } from '../../support/world.ts'

const shop = defineModule({
  slug: 'shop',
  title: 'Shop',
  kind: 'optional',
  dependsOn: ['blog'],
  settings: z.object({
    currency: z.string().length(3).default('EUR'),
    pageSize: z.number().int().min(1).default(20),
  }),
})

/** A tenant of a deployment that has one more module, which needs the blog. */
async function shopWorld() {
  const world = await createWorld()
  const deps = () => ({ ...world.deps(), modules: [...world.deps().modules, shop] })
  const ctx = await world.system()
  const target = (module: string) => ({ tenantId: world.tenantId, module })
  return { world, deps, ctx, target }
}

describe('a module', () => {
  it('that is new to the deployment is off, and can be switched on', async () => {
    const { deps, ctx, target, world } = await shopWorld()
    const { items } = await listModules(deps(), ctx, { tenantId: world.tenantId, limit: 100 })
    expect(items.find(({ slug }) => slug === 'shop')).toMatchObject({
      enabled: false,
      dependsOn: ['blog'],
    })
    expect(await enableModule(deps(), ctx, target('shop'))).toMatchObject({ enabled: true })
  })

  it('stays on while another needs it, which the refusal names', async () => {
    const { deps, ctx, target } = await shopWorld()
    await enableModule(deps(), ctx, target('shop'))
    await expect(disableModule(deps(), ctx, target('blog'))).rejects.toMatchObject({
      definition: { code: 'tenants.module_required_by' },
      detail: 'Switch off first: shop.',
    })
    await disableModule(deps(), ctx, target('shop'))
    expect(await disableModule(deps(), ctx, target('blog'))).toMatchObject({ enabled: false })
  })

  it('cannot go on before what it needs', async () => {
    const { deps, ctx, target } = await shopWorld()
    await disableModule(deps(), ctx, target('blog'))
    await expect(enableModule(deps(), ctx, target('shop'))).rejects.toMatchObject({
      definition: { code: 'tenants.module_dependency_missing' },
      detail: 'Switch on first: blog.',
    })
  })

  it('needs all that it depends on in a new tenant too', async () => {
    const { deps, world } = await shopWorld()
    const input = { slug: `${world.slug}-new`, name: 'x', modules: ['shop'] }
    const call = { requestId: 'r', now: world.clock.now() }
    await expect(provisionTenant(deps(), call, input)).rejects.toMatchObject({
      definition: { code: 'tenants.module_dependency_missing' },
    })
  })

  it('switched off and on by two callers at once ends in one state, with as many events as changes', async () => {
    const { deps, ctx, target, world } = await shopWorld()
    const outcomes = await Promise.allSettled([
      disableModule(deps(), ctx, target('blog')),
      enableModule(deps(), ctx, target('shop')),
    ])
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const events = await world.deps().db.read({
      sql: "SELECT aggregate_version AS version FROM outbox WHERE tenant_id = ?1 AND aggregate_type = 'tenant' ORDER BY seq",
      params: [world.tenantId],
    })
    expect(events).toEqual([{ version: 1 }, { version: 2 }])
  })
})

describe('settings of a module', () => {
  it('lie over the defaults; null goes back to them', async () => {
    const { deps, ctx, target, world } = await shopWorld()
    const set = async (settings: Record<string, unknown>) =>
      (await configureModule(deps(), ctx, { ...target('shop'), settings })).settings
    expect(await set({ currency: 'USD' })).toEqual({ currency: 'USD', pageSize: 20 })
    expect(await set({ pageSize: 5 })).toEqual({ currency: 'USD', pageSize: 5 })
    expect(await set({ currency: null })).toEqual({ currency: 'EUR', pageSize: 5 })
    const [row] = await world.deps().db.read<{ settings: string }>({
      sql: "SELECT settings FROM tenant_modules WHERE tenant_id = ?1 AND module = 'shop'",
      params: [world.tenantId],
    })
    expect(row?.settings).toBe('{"pageSize":5}')
  })

  it('are refused by the schema that the module declares', async () => {
    const { deps, ctx, target } = await shopWorld()
    const attempt = (settings: Record<string, unknown>) =>
      configureModule(deps(), ctx, { ...target('shop'), settings })
    for (const [settings, pointer] of [
      [{ currency: 'EURO' }, '/settings/currency'],
      [{ pageSize: 0 }, '/settings/pageSize'],
      [{ 'a/b': 1 }, '/settings/a~1b'],
      [{ toString: 1 }, '/settings/toString'],
    ] as const) {
      await expect(attempt(settings)).rejects.toMatchObject({
        definition: { code: 'invalid_input' },
        errors: [{ pointer }],
      })
    }
  })

  it('of a module without any are refused', async () => {
    const { deps, ctx, target } = await shopWorld()
    const attempt = configureModule(deps(), ctx, { ...target('tenants'), settings: { a: 1 } })
    await expect(attempt).rejects.toMatchObject({ definition: { code: 'invalid_input' } })
  })

  it('that a release no longer accepts give way to the default, alone', () => {
    expect(settingsOver(shop.settings, { currency: 'EURO', pageSize: 7, gone: true })).toEqual({
      currency: 'EUR',
      pageSize: 7,
    })
    expect(
      settingsOver(z.strictObject({ a: z.number().default(1) }), { a: 2, gone: true }),
    ).toEqual({ a: 2 })
  })
})

import type { TenantModule, TenantSnapshot } from '../../../kernel/context.ts'
import type { ModuleFacts } from '../../../kernel/module.ts'
import { tenantSettings } from '../schemas.ts'
import { settingsOver } from './settings.ts'

/**
 * The tenant as requests see it: every module of the deployment, each with its settings over their
 * defaults. What the tenant has of unknown modules and keys is left out.
 */
export function snapshotOf(tenant: TenantSnapshot, facts: readonly ModuleFacts[]): TenantSnapshot {
  const modules: Record<string, TenantModule> = {}
  for (const fact of facts) {
    const stored = tenant.modules[fact.slug]
    modules[fact.slug] = {
      enabled: fact.kind === 'core' || stored?.enabled === true,
      settings: settingsOver(fact.settings, stored?.settings ?? {}),
    }
  }
  return {
    id: tenant.id,
    slug: tenant.slug,
    name: tenant.name,
    status: tenant.status,
    version: tenant.version,
    isControl: tenant.isControl,
    shard: tenant.shard,
    hosts: tenant.hosts,
    origins: tenant.origins,
    defaultLocale: tenant.defaultLocale,
    locales: tenant.locales,
    modules,
    roles: tenant.roles,
    settings: settingsOver(tenantSettings, tenant.settings),
    webhookEndpoints: tenant.webhookEndpoints,
  }
}

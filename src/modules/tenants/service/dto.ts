import { toRfc3339, toRfc3339OrNull } from '../../../kernel/clock.ts'
import { type TenantDto, tenantSettings } from '../schemas.ts'
import type { TenantRecord } from '../types.ts'
import { settingsOver } from './settings.ts'

export function tenantDto(tenant: TenantRecord): TenantDto {
  return {
    id: tenant.id,
    slug: tenant.slug,
    name: tenant.name,
    status: tenant.status,
    isControl: tenant.isControl,
    defaultLocale: tenant.defaultLocale,
    settings: settingsOver(tenantSettings, tenant.settings),
    version: tenant.version,
    createdAt: toRfc3339(tenant.createdAt),
    updatedAt: toRfc3339(tenant.updatedAt),
    deletionRequestedAt: toRfc3339OrNull(tenant.deletionRequestedAt),
  }
}

import * as z from 'zod'
import { toRfc3339, toRfc3339OrNull } from '../../../kernel/clock.ts'
import type { TenantModule } from '../../../kernel/context.ts'
import type { LocaleRule } from '../../../kernel/locale.ts'
import type { ModuleFacts } from '../../../kernel/module.ts'
import {
  type DomainDto,
  type ModuleDto,
  type TenantDto,
  type TenantLocaleDto,
  tenantSettings,
} from '../schemas.ts'
import type { TenantDomain, TenantRecord } from '../types.ts'
import { settingsOver } from './snapshot.ts'

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

export function domainDto(domain: TenantDomain): DomainDto {
  return {
    host: domain.host,
    verificationToken: domain.verificationToken,
    verifiedAt: toRfc3339OrNull(domain.verifiedAt),
    createdAt: toRfc3339(domain.createdAt),
  }
}

export function localeDto(locale: LocaleRule, defaultLocale: string): TenantLocaleDto {
  return { ...locale, isDefault: locale.code === defaultLocale }
}

/** A module as the tenant has it; `state` is undefined when the tenant never touched it. */
export function moduleDto(facts: ModuleFacts, state: TenantModule | undefined): ModuleDto {
  return {
    slug: facts.slug,
    title: facts.title,
    kind: facts.kind,
    enabled: facts.kind === 'core' || state?.enabled === true,
    dependsOn: [...facts.dependsOn],
    settings: settingsOver(facts.settings, state?.settings ?? {}),
    settingsSchema: facts.settings ? { ...z.toJSONSchema(facts.settings, { io: 'input' }) } : null,
  }
}

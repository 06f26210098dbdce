import { changesBetween } from '../../../kernel/changes.ts'
import type { RequestContext } from '../../../kernel/context.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { eventOf } from '../../../kernel/events.ts'
import { limits } from '../../../kernel/limits.ts'
import type { LocaleRule } from '../../../kernel/locale.ts'
import type { Page, PageQuery } from '../../../kernel/schemas.ts'
import type { Deps } from '../../../ports/deps.ts'
import { fallbackFault, withLocale } from '../domain.ts'
import { fallbackError, tenantsErrors } from '../errors.ts'
import { localeRemoved, localeSaved } from './events.ts'
import { deleteLocaleRow, upsertLocale } from './repo.ts'
import type { TenantLocaleDto } from './schemas.ts'
import { readSettings, requireReach, updateSettings } from '../service/access.ts'
import { type ChangeDeps, changeTenant, openTenant } from '../service/change.ts'
import { pageByKey } from '../service/page.ts'

/** Names a locale of a tenant. */
export interface LocaleTarget {
  readonly tenantId: string
  readonly locale: string
}

/** The locales of a tenant. */
export async function listLocales(
  deps: Pick<Deps, 'db' | 'shards' | 'cursors'>,
  ctx: RequestContext,
  input: PageQuery & { readonly tenantId: string },
): Promise<Page<TenantLocaleDto>> {
  requireReach(ctx, input.tenantId, readSettings)
  const { locales, defaultLocale } = await openTenant(deps, ctx, input.tenantId)
  return pageByKey(deps, `${input.tenantId} tenants.locales`, input, {
    items: locales.map((locale) => localeDto(locale, defaultLocale)),
    keyOf: (locale) => locale.code,
  })
}

/**
 * Adds a locale or gives it another fallback. Throws `tenants.locale_unknown`,
 * `tenants.fallback_cycle`, `tenants.fallback_too_deep` and `tenants.too_many_locales`.
 */
export async function putLocale(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: LocaleTarget & { readonly fallback: string | null },
): Promise<TenantLocaleDto> {
  requireReach(ctx, input.tenantId, updateSettings)
  const tenant = await openTenant(deps, ctx, input.tenantId)
  const locale = { code: input.locale, fallback: input.fallback }
  const before = tenant.locales.find(({ code }) => code === locale.code)
  const fault = fallbackFault(tenant.locales, locale)
  if (fault) throw fallbackError(fault)
  const locales = withLocale(tenant.locales, locale)
  if (locales.length > limits.tenant.locales) throw new AppError(tenantsErrors.tooManyLocales)
  return changeTenant(deps, ctx, tenant, {
    patch: { locales },
    writes: [upsertLocale(tenant.id, locale, ctx.now)],
    event: (aggregate) => eventOf(localeSaved, aggregate, locale),
    audit: { code: locale.code, ...changesBetween(before, locale, ['fallback']) },
    result: () => localeDto(locale, tenant.defaultLocale),
  })
}

/** Removes a locale. Throws `tenants.locale_in_use` for the default and for a fallback of another. */
export async function removeLocale(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: LocaleTarget,
): Promise<null> {
  requireReach(ctx, input.tenantId, updateSettings)
  const tenant = await openTenant(deps, ctx, input.tenantId)
  const { locale: code } = input
  const locales = tenant.locales.filter((locale) => locale.code !== code)
  if (locales.length === tenant.locales.length) throw new AppError(errors.notFound)
  const isInUse =
    code === tenant.defaultLocale || locales.some((locale) => locale.fallback === code)
  if (isInUse) throw new AppError(tenantsErrors.localeInUse)
  return changeTenant(deps, ctx, tenant, {
    patch: { locales },
    writes: [deleteLocaleRow({ tenantId: tenant.id, locale: code })],
    event: (aggregate) => eventOf(localeRemoved, aggregate, { code }),
    audit: {
      code,
      ...changesBetween(
        tenant.locales.find((locale) => locale.code === code),
        undefined,
        ['fallback'],
      ),
    },
    result: () => null,
  })
}

function localeDto(locale: LocaleRule, defaultLocale: string): TenantLocaleDto {
  return { ...locale, isDefault: locale.code === defaultLocale }
}

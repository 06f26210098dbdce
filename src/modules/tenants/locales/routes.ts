import { pageQuery } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { tenantsErrors } from '../errors.ts'
import * as schemas from './schemas.ts'
import { listLocales, putLocale, removeLocale } from './service.ts'

const permission = (name: string) => ({ kind: 'permission', permission: name }) as const

export const localeRoutes = [
  route({
    method: 'get',
    path: '//api/v1/tenant/locales',
    operationId: 'listTenantLocales',
    summary: 'List the locales by code',
    access: permission('settings:read'),
    query: pageQuery,
    success: { status: 200, schema: schemas.localePage },
    handle: (deps, ctx, { query }) => listLocales(deps, ctx, { tenantId: ctx.tenant.id, ...query }),
  }),
  route({
    method: 'put',
    path: '//api/v1/tenant/locales/{locale}',
    operationId: 'putTenantLocale',
    summary: 'Add a locale or change its fallback',
    access: permission('settings:update'),
    params: schemas.localeParams,
    body: schemas.putLocaleBody,
    success: { status: 200, schema: schemas.tenantLocaleSchema },
    errors: [
      tenantsErrors.localeUnknown,
      tenantsErrors.fallbackCycle,
      tenantsErrors.fallbackTooDeep,
      tenantsErrors.tooManyLocales,
    ],
    handle: (deps, ctx, { params, body }) =>
      putLocale(deps, ctx, { tenantId: ctx.tenant.id, ...params, ...body }),
  }),
  route({
    method: 'delete',
    path: '//api/v1/tenant/locales/{locale}',
    operationId: 'removeTenantLocale',
    summary: 'Remove a locale',
    access: permission('settings:update'),
    params: schemas.localeParams,
    success: { status: 204 },
    errors: [tenantsErrors.localeInUse],
    handle: (deps, ctx, { params }) =>
      removeLocale(deps, ctx, { tenantId: ctx.tenant.id, ...params }),
  }),
]
